// What the pages do better with a little script: results as one types, and the keyboard. Nothing depends on it.
"use strict";

const box = document.querySelector(".box");
const form = document.querySelector(".ask");
const PAUSE = 180; // milliseconds without a keystroke before asking
let timer = 0;
let running = null; // the request under way
let shown = box ? box.value : "";

// Where results go: the search page's main part, or the front page's, which becomes it. A post is never replaced.
const resultsPlace = () => document.querySelector("[data-results], main.front[data-hits]");

// Put the results for an address on the page.
async function show(address, { push = false } = {}) {
  const place = resultsPlace();
  if (!place) return location.assign(address);
  if (running) running.abort();
  const mine = (running = new AbortController());
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address.replace(/^\/search/, "/results"), { signal: mine.signal });
    const html = await answer.text();
    if (mine.signal.aborted) return;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    if (!parsed.querySelector(".column")) return location.assign(address); // an error page: show it whole
    if (!("results" in place.dataset)) {
      place.className = "search";
      place.dataset.results = "";
      push = true; // so that going back leads to the front page
    }
    const open = place.querySelector(".facets details")?.open;
    place.replaceChildren(...parsed.body.childNodes);
    foldFilters(open);
    if (push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    document.title = (box.value || box.placeholder) + " · kbsearch";
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    if (running === mine) {
      running = null;
      place.removeAttribute("aria-busy");
    }
  }
}

// The address that the form would lead to, with the filters of the page's own address.
function address() {
  const kept = new URLSearchParams(location.pathname === "/search" ? location.search : "");
  kept.delete("page");
  kept.delete("q");
  const all = new URLSearchParams(box.value ? { q: box.value } : {});
  for (const [name, value] of kept) all.append(name, value);
  const query = all.toString();
  return query ? `/search?${query}` : "/search";
}

function typed() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (box.value === shown || !resultsPlace()) return;
    shown = box.value;
    show(address());
  }, PAUSE);
}

box?.addEventListener("input", (event) => {
  if (!event.isComposing) typed(); // while an input method is at work, the text is not yet what is meant
});
box?.addEventListener("compositionend", typed);
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  shown = box.value;
  show(address(), { push: true });
});

// Filters, sorting and pages within the results, without loading the page anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-results] :is(.facets, .sorts, .pages, .correction) a");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const target = new URL(link.getAttribute("href"), location.href);
  box.value = shown = target.searchParams.get("q") ?? "";
  show(target.pathname + target.search, { push: true }).then(() => {
    if (link.closest(".pages")) scrollTo(0, 0);
  });
});
addEventListener("popstate", () => {
  if (location.pathname !== "/search") return location.reload();
  box.value = shown = new URLSearchParams(location.search).get("q") ?? "";
  show(location.pathname + location.search);
});

// The keyboard: / to the box, arrows through the hits, Enter opens (a link does that by itself), Escape back.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const active = document.activeElement;
  const writing = active instanceof HTMLElement && active.matches("input, textarea, select");
  if (event.key === "/" && !writing) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  const hits = [...document.querySelectorAll("[data-hits] .hit :is(h2, h3) a")];
  const at = hits.indexOf(active);
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hits.length) {
    if (at < 0 && active !== box) return; // arrows scroll elsewhere
    if (at < 0 && event.key === "ArrowUp") return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? box : hits[Math.min(next, hits.length - 1)]).focus();
    document.activeElement.closest(".hit")?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Escape" && at >= 0) {
    box.focus();
  }
});

// On narrow screens the filters begin folded.
function foldFilters(open) {
  const details = document.querySelector(".facets details");
  if (details && matchMedia("(max-width: 60rem)").matches) details.open = open ?? false;
}
foldFilters();

// The heading one is reading is marked in the table of contents.
const entries = new Map();
for (const link of document.querySelectorAll(".contents.wide a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) entries.set(heading, link);
}
if (entries.size) {
  const follow = () => {
    let here = null;
    for (const heading of entries.keys()) {
      if (heading.getBoundingClientRect().top < innerHeight * 0.3) here = heading;
    }
    for (const [heading, link] of entries) link.toggleAttribute("aria-current", heading === here);
  };
  addEventListener("scroll", follow, { passive: true });
  follow();
}
