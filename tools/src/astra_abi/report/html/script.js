"use strict";
// Chooses among what is there. The page reads in full without this.
(function () {
  const form = document.getElementById("chooser");
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const rules = all("#findings details.rule").map((group) => ({
    group, severity: group.dataset.severity, opened: group.open, count: group.querySelector("summary .count"),
    words: group.querySelector("summary").textContent.toLowerCase(),
    items: all("li", group).map((item) => ({ item, kind: item.dataset.kind, targets: (item.dataset.targets || "").split(" "), words: null })),
  }));
  const cards = all("article.card[data-kind]").map((card) => ({ card, words: null }));
  const number = new Intl.NumberFormat("en");

  function holds(entry, element, wanted) {
    if (!wanted) return true;
    if (entry.words === null) entry.words = element.textContent.toLowerCase();
    return wanted.split(/\s+/).every((word) => entry.words.includes(word));
  }

  function choose() {
    const data = new FormData(form);
    const severities = new Set(data.getAll("severity"));
    const kind = data.get("kind") || "", target = data.get("target") || "";
    const wanted = (data.get("text") || "").trim().toLowerCase();
    const narrowed = Boolean(kind || target || wanted);
    let shown = 0, total = 0;
    for (const rule of rules) {
      const named = wanted && wanted.split(/\s+/).every((word) => rule.words.includes(word));
      let here = 0;
      for (const entry of rule.items) {
        const fits = severities.has(rule.severity) && (!kind || entry.kind === kind) &&
          (!target || entry.targets.includes(target)) && (named || holds(entry, entry.item, wanted));
        entry.item.hidden = !fits;
        if (fits) here += 1;
      }
      rule.group.hidden = here === 0;
      rule.count.textContent = here === rule.items.length ? number.format(here) : number.format(here) + " of " + number.format(rule.items.length);
      rule.group.open = narrowed ? here > 0 && here <= 500 : rule.opened;
      shown += here;
      total += rule.items.length;
    }
    for (const entry of cards) {
      const card = entry.card;
      card.hidden = !(severities.has(card.dataset.severity) && (!kind || card.dataset.kind === kind || (kind === "constant" && card.dataset.kind === "enum")) &&
        (!target || !card.dataset.targets || card.dataset.targets.split(" ").includes(target)) && holds(entry, card, wanted));
    }
    form.querySelector("output").textContent = (shown === total ? "" : number.format(shown) + " of ") + number.format(total) + (total === 1 ? " finding" : " findings");
  }

  function reveal() {
    const found = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!found) return;
    const group = found.closest("details") || found.querySelector("details");
    if (group) group.open = true;
    found.scrollIntoView();
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("input", choose);
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const [name, open] of [["open", true], ["fold", false]]) {
      form.elements[name].addEventListener("click", () => rules.forEach((rule) => { rule.group.open = rule.opened = open; }));
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
        event.preventDefault();
        form.elements.text.focus();
      }
    });
  }
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => all("details").forEach((part) => { part.open = true; }));
  reveal();
})();
