// The passage of a section that answers a query best, and what matches in it.

import { hanRuns } from "./analysis.js";
import { MAX_RUN } from "./ranking.js";

export class Excerpts {
  constructor(index, analyzer, ranker) {
    this.index = index;
    this.analyzer = analyzer;
    this.ranker = ranker;
  }

  /** Where the found words stand in a text: start and end of each, ascending, without overlaps. */
  ranges(text, words, phrases) {
    const folded = this.analyzer.fold(text);
    const found = [];
    const every = (pattern, weight, name) => {
      for (const match of folded.matchAll(pattern)) found.push({ start: match.index, end: match.index + match[0].length, weight, name });
    };
    for (const phrase of phrases) every(new RegExp(escapeRegExp(this.analyzer.fold(phrase.trim())), "gu"), 9, phrase);
    for (const run of hanRuns(words)) {
      const whole = run.map((word) => word.text).join("");
      if (run.length > 1 && whole.length <= MAX_RUN) every(new RegExp(escapeRegExp(whole), "gu"), 8, whole);
    }
    for (const word of words.filter((each) => !this.analyzer.functionWords.has(each.text) || words.length === 1)) {
      for (const term of word.completions ?? word.terms) {
        if (word.han && term.length === 1 && words.length > 1) continue;
        const source = word.han ? escapeRegExp(term) : `(?<![0-9a-z])${escapeRegExp(term)}(?![0-9a-z])`;
        every(new RegExp(source, "gu"), this.ranker.wordIdf(word), word.text);
      }
      for (const stem of word.stems.filter((each) => each.length > 2)) {
        every(new RegExp(`(?<![0-9a-z])${escapeRegExp(stem.replace(/[ie]$/u, ""))}[a-z]{0,5}(?![0-9a-z])`, "gu"), this.ranker.wordIdf(word), word.text);
      }
    }
    found.sort((a, b) => a.start - b.start || b.end - a.end);
    const kept = [];
    for (const range of found) if (!kept.length || range.start >= kept.at(-1).end) kept.push(range);
    return kept;
  }

  /** The passage of a section that has most of what was looked for: its text, and the ranges in it. */
  async excerpt(section, words, phrases, size = 170) {
    const texts = await this.index.text(this.index.head.sections[section][0]);
    const text = texts[section].replace(/\s/gu, " ");
    const ranges = this.ranges(text, words, phrases);
    let best = [-1, 0];
    ranges.forEach((first, i) => {
      const names = new Map();
      for (let k = i; k < ranges.length && ranges[k].end - first.start < size; k++) names.set(ranges[k].name, ranges[k].weight);
      const value = [...names.values()].reduce((a, b) => a + b, 0);
      if (value > best[0]) best = [value, first.start];
    });
    let start = Math.max(0, best[1] - 30);
    while (start > 0 && start < best[1] && /[0-9a-z]/iu.test(text[start - 1])) start++;
    let end = Math.min(text.length, start + size);
    while (end < text.length && end > start + size - 20 && /[0-9a-z]/iu.test(text[end])) end--;
    const inside = ranges.filter((range) => range.start >= start && range.end <= end);
    return {
      text: (start > 0 ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : ""),
      ranges: inside.map((range) => [range.start - start + (start > 0 ? 2 : 0), range.end - start + (start > 0 ? 2 : 0)]),
    };
  }
}

/** A pattern that matches just this text. */
export function escapeRegExp(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
