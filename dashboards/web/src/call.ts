// The page of one call.
import { openBench } from "./bench";

openBench();
