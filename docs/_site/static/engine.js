// Answers queries from the index that search_index.py wrote; nothing here touches a page.
//
// A query is plain words, "phrases" in any quotation marks, +required and -excluded words.

import { Analyzer } from "./analysis.js";
import { Excerpts, escapeRegExp } from "./excerpt.js";
import { Index } from "./index.js";
import { Ranker } from "./ranking.js";

const QUOTED = /([+\-]?)(?:"([^"]*)"?|“([^”]*)”?|「([^」]*)」?|『([^』]*)』?|([^\s"“「『]+))/gu;
const MAX_COMPLETIONS = 12;

export class Engine {
  /** @param {(name: string) => Promise<any>} read gives the contents of one of the index's files */
  static async open(read) {
    return new Engine(await Index.open(read));
  }

  constructor(index) {
    this.index = index;
    this.analyzer = new Analyzer(index);
    this.ranker = new Ranker(index, this.analyzer);
    this.excerpts = new Excerpts(index, this.analyzer, this.ranker);
  }

  /** @returns {Promise<{hits: {section: number, score: number}[], words: object[], phrases: string[], suggestion: string}>} */
  async search(query) {
    const parsed = parse(query);
    const plain = parsed.plain.join(" ");
    const words = await this.analyzer.words(plain);
    const scores = new Float64Array(this.index.count);
    const ranking = words.length ? await this.ranker.rank(plain, words, scores) : { hits: null, names: [] };
    let { hits } = ranking;
    const last = words.at(-1);
    if (last && !last.han && !this.ranker.isKnown(last) && query.endsWith(query.trim()) && last.text.length > 1) {
      for (const doc of await this.complete(last, scores)) hits.add(doc);
    }
    for (const [text, keep] of [...parsed.required.map((t) => [t, true]), ...parsed.excluded.map((t) => [t, false])]) {
      const found = new Set();
      await this.analyzer.words(text);
      await this.ranker.scorePhrase(text, keep ? 1 : 0, scores, (doc) => found.add(doc));
      const all = hits ?? new Set(keep ? found : Array(this.index.count).keys());
      hits = new Set([...all].filter((doc) => found.has(doc) === keep));
    }
    const ranked = [...(hits ?? [])].map((section) => ({ section, score: scores[section] }));
    ranked.sort((a, b) => b.score - a.score || a.section - b.section);
    const suggestion = ranked.length ? "" : this.nearest(query, words);
    return { hits: ranked, words: [...words, ...ranking.names.flatMap((use) => use.words)], phrases: parsed.required, suggestion };
  }

  /** Sections that have words which begin as the unfinished last word does; the words are taken for it. */
  async complete(word, scores) {
    const words = this.index.head.latin.filter((known) => known.startsWith(word.text)).slice(0, MAX_COMPLETIONS);
    await this.index.load(words);
    const found = new Set();
    for (const known of words) this.ranker.score("body", this.index.postings("body", known), this.index.idf(this.index.frequency("body", known)), scores, (doc) => found.add(doc));
    word.completions = words;
    return found;
  }

  /** The query with its unknown Latin words replaced by the nearest that there are; empty if there is none. */
  nearest(query, words) {
    let text = query;
    for (const word of words.filter((each) => !each.han && !this.ranker.isKnown(each))) {
      const most = word.text.length < 6 ? 1 : 2;
      const near = this.index.head.latin.map((known) => [distance(word.text, known, most), known]).filter(([d]) => d <= most);
      if (near.length) text = text.replace(new RegExp(escapeRegExp(word.text), "iu"), near.sort(([a], [b]) => a - b)[0][1]);
    }
    return text === query ? "" : text;
  }
}

/** A query's parts: plain words; phrases and words that must, or must not, be there. */
export function parse(query) {
  const parsed = { plain: [], required: [], excluded: [] };
  for (const [, sign, a, b, c, d, word] of query.slice(0, 1000).matchAll(QUOTED)) {
    const quoted = a ?? b ?? c ?? d;
    const text = quoted ?? word;
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    if (sign === "-" && (quoted !== undefined || /^\p{L}./u.test(text))) parsed.excluded.push(text);
    else if (sign === "+" || quoted !== undefined) parsed.required.push(text);
    else parsed.plain.push(sign + text);
  }
  return parsed;
}

/** Edits from one word to another, neighbours changing places being one; more than `most` is told as most + 1. */
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length];
}
