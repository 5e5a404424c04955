// Typed events of a part that another part listens to.

export class Events<All extends object> {
  private readonly heard = new Map<keyof All, Set<(told: never) => void>>();

  /** Returns what ends the listening. */
  on<Name extends keyof All>(name: Name, hear: (told: All[Name]) => void): () => void {
    const all = this.heard.get(name) ?? new Set();
    this.heard.set(name, all);
    all.add(hear);
    return () => all.delete(hear);
  }

  emit<Name extends keyof All>(name: Name, told: All[Name]): void {
    for (const hear of this.heard.get(name) ?? []) {
      (hear as (told: All[Name]) => void)(told);
    }
  }
}
