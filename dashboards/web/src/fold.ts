// Finding words as Azerbaijani is typed: capitals by its own rules (I is ı, İ is i), and letters without their marks too. Pure.

const PLAIN: Record<string, string> = { ə: "e", ı: "i", ö: "o", ü: "u", ç: "c", ş: "s", ğ: "g" };

export interface Letter {
  /** As it is compared. */
  letter: string;
  /** Where it stands in the text that it was taken from. */
  start: number;
  end: number;
}

/** A text letter by letter; marks that follow their letter belong to it, and white space counts once. */
export function letters(text: string): Letter[] {
  const all: Letter[] = [];
  for (const found of text.matchAll(/\s+|[^\s][\u0300-\u036f]*/gu)) {
    const written = found[0];
    const letter = /^\s/.test(written) ? " " : written.normalize("NFC").toLocaleLowerCase("az");
    all.push({ letter, start: found.index, end: found.index + written.length });
  }
  return all;
}

/** A letter that was typed with its mark means that letter alone; ı and i are never told apart, for the sake of other languages. */
function same(typed: string, written: string): boolean {
  return typed === written || typed === PLAIN[written] || (typed === "ı" && written === "i");
}

/** Where the query begins in the text, each time; hits do not overlap. */
export function findAll(text: readonly Letter[], query: readonly Letter[]): { first: number; last: number }[] {
  const hits: { first: number; last: number }[] = [];
  for (let at = 0; query.length > 0 && at + query.length <= text.length; at += 1) {
    if (query.every(({ letter }, offset) => same(letter, text[at + offset]?.letter ?? ""))) {
      hits.push({ first: at, last: at + query.length - 1 });
      at += query.length - 1;
    }
  }
  return hits;
}
