// Where nobody speaks. Pure: times in, times out, all in milliseconds.

export interface Span {
  start: number;
  end: number;
}

/** Shorter pauses belong to the talk. */
const LONGEST_PAUSE = 1000;
/** Left over on both sides, so that no sound of a word is cut. */
const MARGIN = 200;
/** Of a channel's usual loudness; below it nobody speaks. */
const QUIET = 0.08;

/** The long spans between what is spoken; `spoken` may overlap and need not be in order. */
export function silencesBetween(spoken: readonly Span[], duration: number): Span[] {
  const silences: Span[] = [];
  if (spoken.length === 0) {
    return silences;
  }
  let heard = 0;
  for (const { start, end } of [...spoken].sort((a, b) => a.start - b.start).concat({ start: duration, end: duration })) {
    if (start - heard > LONGEST_PAUSE) {
      const from = heard === 0 ? 0 : heard + MARGIN;
      silences.push({ start: from, end: start >= duration ? duration : start - MARGIN });
    }
    heard = Math.max(heard, end);
  }
  return silences;
}

/** The same by ear, where no text says when somebody speaks. */
export function silencesByPeaks(peaks: readonly (readonly number[])[], duration: number): Span[] {
  const moments = peaks[0]?.length ?? 0;
  if (moments === 0) {
    return [];
  }
  // The very loudest moments are set aside: a click must not make speech look quiet.
  const usual = peaks.map((channel) => Math.max([...channel].sort((a, b) => a - b)[Math.floor(channel.length * 0.98)] ?? 0, 0.02));
  const width = duration / moments;
  const spoken: Span[] = [];
  for (let moment = 0; moment < moments; moment += 1) {
    if (peaks.some((channel, at) => (channel[moment] ?? 0) >= (usual[at] ?? 1) * QUIET)) {
      spoken.push({ start: moment * width, end: (moment + 1) * width });
    }
  }
  return silencesBetween(spoken, duration);
}
