// Words that a script shows stand in the page, in the reader's language: <template id="words"><i data-name="play">…</i></template>.

export type Words = (name: string) => string;

export function readWords(id = "words"): Words {
  const template = document.getElementById(id);
  const known = new Map<string, string>();
  if (template instanceof HTMLTemplateElement) {
    for (const item of template.content.querySelectorAll<HTMLElement>("[data-name]")) {
      known.set(item.dataset["name"] ?? "", item.textContent?.trim() ?? "");
    }
  }
  // A word that is missing shows its name, as a text of the server does.
  return (name) => known.get(name) ?? name;
}
