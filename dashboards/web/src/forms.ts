// The sum of a draft's weights while they are typed; without scripts it is counted when the page is sent.
const form = document.querySelector<HTMLFormElement>("form[data-weights]");
const sum = document.querySelector<HTMLOutputElement>("#sum");

if (form && sum) {
  const language = document.documentElement.lang;
  const fields = [...form.querySelectorAll<HTMLInputElement>("input[name^='weight-']")];
  const count = (): void => {
    // Counted in thousandths, so that 0.1 and 0.2 make 0.3.
    const all = fields.reduce((total, field) => total + Math.round(1000 * (field.valueAsNumber || 0)), 0);
    sum.value = (all / 1000).toLocaleString(language, { maximumFractionDigits: 3 });
    sum.classList.toggle("wrong", all !== 100_000);
  };
  form.addEventListener("input", count);
  count();
}
