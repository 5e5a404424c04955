// Without scripts a form is sent by its button; with them, by choosing.
function sendOnChoice(form: HTMLFormElement): void {
  form.addEventListener("change", () => {
    // Empty choices stay out of the address.
    for (const field of form.querySelectorAll("select")) {
      field.disabled = field.value === "";
    }
    form.requestSubmit();
  });
  form.classList.add("auto");
}

document.querySelectorAll<HTMLFormElement>("form[data-auto-submit]").forEach(sendOnChoice);

// A page that comes back from the browser's memory has its choices again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll<HTMLSelectElement>("form[data-auto-submit] select").forEach((field) => {
    field.disabled = false;
  });
});
