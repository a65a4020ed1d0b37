// What every page can do beyond HTML. Nothing here is needed: without it each link and form still works.
"use strict";
(() => {
  const root = document.documentElement;
  const message = (name) => document.body.dataset[name] ?? "";

  // Says something to screen readers; also window.aifactory.announce for the scripts of single pages.
  const announce = (text) => {
    const region = document.getElementById("announcements");
    region.textContent = "";
    requestAnimationFrame(() => (region.textContent = text));
  };

  const choose = (theme) => {
    if (theme === "system") root.removeAttribute("data-theme");
    else root.dataset.theme = theme;
    document.cookie = `aifactory-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    for (const link of document.querySelectorAll("[data-choose-theme]")) {
      if (link.dataset.chooseTheme === theme) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  const copy = async (button) => {
    const text = button.closest(".code").querySelector("pre").textContent;
    await navigator.clipboard.writeText(text);
    const before = button.textContent;
    button.textContent = message("copied");
    announce(message("copied"));
    setTimeout(() => (button.textContent = before), 2000);
  };

  // Times come in UTC; here they are shown where the reader is.
  const dress = (part) => {
    const date = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium" });
    const time = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" });
    for (const element of part.querySelectorAll("time[datetime]:not([data-dressed])")) {
      const instant = new Date(element.dateTime);
      if (Number.isNaN(instant.valueOf()) || !element.dateTime.includes("T")) continue;
      element.title = element.dateTime;
      element.textContent = (element.dataset.only === "date" ? date : time).format(instant);
      element.dataset.dressed = "";
    }
    for (const button of part.querySelectorAll(".code button[hidden]")) button.hidden = !navigator.clipboard;
  };

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-choose-theme]");
    if (theme) {
      event.preventDefault();
      choose(theme.dataset.chooseTheme);
    }
    const button = event.target.closest(".code button");
    if (button) copy(button);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    // A form that is under way is not sent twice.
    if (form.ariaBusy === "true" || (question && !window.confirm(question))) {
      event.preventDefault();
      return;
    }
    if (form.method === "post" && !event.defaultPrevented && !form.matches("[hx-post], [data-again]")) {
      form.ariaBusy = "true";
      event.submitter?.setAttribute("aria-busy", "true");
    }
  });

  // A page that the browser kept comes back ready to be used.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  });

  // What is asked for again and again stands still while somebody reads or operates it, unless a script knows that it has changed.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig?.triggeringEvent?.type === "changed") return;
    if (event.target.matches("[data-live]") && event.target.querySelector(":focus, .log:hover")) event.preventDefault();
  });
  document.addEventListener("htmx:load", (event) => dress(event.target));
  dress(document);
  document.querySelector("[aria-invalid='true']")?.focus();
  window.aifactory = { announce, dress };
})();
