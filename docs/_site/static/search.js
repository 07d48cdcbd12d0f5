// The search box of the site: a dialog opened by / or Ctrl+K (⌘K), by the button, or by ?q= in the address.

import { Engine } from "./engine.js";

const SHOWN = 20;
const root = document.documentElement.dataset.content_root ?? "./";
const zh = navigator.language.toLowerCase().startsWith("zh");
const WORDS = {
  placeholder: zh ? "搜索文档：扩散模型、phrase、“原样”、-排除" : "Search the docs, in Chinese or English",
  none: zh ? "没有找到。" : "Nothing found.",
  suggestion: zh ? "要找的是不是" : "Did you mean",
  failed: zh ? "搜索索引没有读到；页面要由网页服务器提供。" : "The search index could not be read; it needs a web server.",
  found: (n) => (zh ? `${n} 处` : n === 1 ? "1 section" : `${n} sections`),
  keys: zh ? ["选择", "打开", "关闭"] : ["to choose", "to open", "to close"],
};

let engine = null;
let asked = 0;
let chosen = -1;
let box, input, status, list;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function build() {
  input = element("input", { type: "search", placeholder: WORDS.placeholder, autocomplete: "off", spellcheck: false, maxLength: 300 });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "kb-results", "aria-label": WORDS.placeholder }))
    input.setAttribute(name, value);
  status = element("div", { className: "kb-status" });
  status.setAttribute("role", "status");
  list = element("ol", { id: "kb-results" });
  list.setAttribute("role", "listbox");
  const hints = ["↑ ↓", "↵", "esc"].map((key, i) => element("span", {}, element("kbd", {}, key), ` ${WORDS.keys[i]}`));
  box = element("dialog", { className: "kb-search" }, input, status, list, element("footer", {}, ...hints));
  document.body.append(box);
  input.addEventListener("input", ask);
  input.addEventListener("keydown", steer);
  box.addEventListener("click", (event) => event.target === box && box.close());
}

function open(query = "") {
  if (!box) build();
  if (!box.open) box.showModal();
  if (query) input.value = query;
  input.select();
  ask();
}

async function read(name) {
  const answer = await fetch(`${root}search/${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

async function ask() {
  const turn = ++asked;
  const query = input.value.trim();
  try {
    engine ??= Engine.open(read);
    const opened = await engine;
    const result = query ? await opened.search(query) : { hits: [], words: [], phrases: [], suggestion: "" };
    const shown = result.hits.slice(0, SHOWN);
    const excerpts = await Promise.all(shown.map((hit) => opened.excerpts.excerpt(hit.section, result.words, result.phrases)));
    if (turn === asked) show(opened, query, result, shown, excerpts);
  } catch (error) {
    engine = null;
    if (turn === asked) status.textContent = WORDS.failed;
  }
}

function show(opened, query, result, shown, excerpts) {
  const items = shown.map((hit, i) => item(opened.index.head, hit.section, excerpts[i], i));
  list.replaceChildren(...items);
  status.replaceChildren();
  if (query && !shown.length) status.append(WORDS.none);
  if (shown.length) status.append(WORDS.found(result.hits.length));
  if (result.suggestion) {
    const button = element("button", { type: "button", onclick: () => open(result.suggestion) }, result.suggestion);
    status.append(` ${WORDS.suggestion} `, button, zh ? "？" : "?");
  }
  choose(items.length ? 0 : -1);
}

function item(head, section, excerpt, i) {
  const [page, anchor, way] = head.sections[section];
  const link = element("a", { href: root + head.pages[page][0] + (anchor ? `#${encodeURIComponent(anchor)}` : ""), tabIndex: -1 });
  const passage = element("p");
  let at = 0;
  for (const [start, end] of excerpt.ranges) {
    passage.append(excerpt.text.slice(at, start), element("mark", {}, excerpt.text.slice(start, end)));
    at = end;
  }
  passage.append(excerpt.text.slice(at));
  link.append(element("div", { className: "kb-way" }, way.slice(0, -1).join(" › ")), element("strong", {}, way.at(-1)), passage);
  link.addEventListener("click", () => box.close());
  const made = element("li", { id: `kb-hit-${i}`, onmousemove: () => chosen !== i && choose(i, false) }, link);
  made.setAttribute("role", "option");
  return made;
}

function choose(number, scroll = true) {
  chosen = number;
  [...list.children].forEach((each, i) => each.setAttribute("aria-selected", String(i === number)));
  if (number >= 0) input.setAttribute("aria-activedescendant", `kb-hit-${number}`);
  else input.removeAttribute("aria-activedescendant");
  if (scroll) list.children[number]?.scrollIntoView({ block: "nearest" });
}

function steer(event) {
  if (event.isComposing) return; // the keys belong to the input method
  const size = list.children.length;
  if (event.key === "ArrowDown" && size) choose((chosen + 1) % size);
  else if (event.key === "ArrowUp" && size) choose((chosen + size - 1) % size);
  else if (event.key === "Enter") list.children[chosen]?.querySelector("a").click();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  const letter = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (!slash && !letter) return;
  event.preventDefault();
  open();
});
document.getElementById("kb-open")?.addEventListener("click", () => open());
const query = new URLSearchParams(location.search).get("q");
if (query) open(query);
