// Text to words and terms, as kbsearch's analyzer does for the terms that the site has (kbsearch/analysis/).

export const HAN_FIRST = "\u2e80";
const MAX_WORDS = 60;

const SCRIPTS = /([\p{Script=Han}]+)|[\p{Script=Hiragana}\p{Script=Katakana}ー]{1,64}|\p{Script=Hangul}{1,64}|[\p{L}\p{N}]/gu;
const INFLECTIONS = [["ies", "y"], ["ing", ""], ["ing", "e"], ["ed", ""], ["ed", "e"], ["es", ""], ["s", ""], ["ly", ""]];

export class Analyzer {
  constructor(index) {
    this.index = index;
    this.han = new Map(Object.entries(index.head.han));
    this.longest = Math.max(0, ...Object.keys(index.head.han).map((word) => word.length));
    this.functionWords = new Set(index.head.functionWords);
    const [sources, targets] = index.head.fold.map((chars) => [...chars]);
    this.folding = new Map(sources.map((char, i) => [char, targets[i]]));
  }

  narrow(text) {
    return Array.from(text, (char) => this.folding.get(char) ?? char).join("");
  }

  fold(text) {
    return Array.from(this.narrow(text), (char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char)).join("");
  }

  tokens(narrowed) {
    const pattern = new RegExp(this.index.head.tokens, "gu");
    return Array.from(narrowed.matchAll(pattern), (m) => ({ text: m[0], at: m.index, cjk: m[0] >= this.index.head.cjkFirst }));
  }

  /** The words in a Latin token: of each its text, its terms, its atoms. */
  forms(token) {
    const known = this.index.entry("forms", token);
    if (known) return known;
    const core = token.replace(/^[#+\-.'_]+|[#\-.'_]+$/gu, "").toLowerCase();
    if (!core) return [];
    const pieces = core.split(/[-.'’,_]+/u).filter(Boolean);
    const joined = pieces.length > 1 && pieces.length <= 4 && !/[.'’]/u.test(core) ? [pieces.join("")] : [];
    const parts = pieces.length === 1 ? core.match(/[0-9]+|[^0-9]+/gu) : pieces;
    const split = parts.length > 1 && parts.some((part) => part.length > 1) ? parts : [];
    return [[core, [...new Set([...joined, core, ...split])], pieces]];
  }

  /** An English stem; of a word that the site does not have, that of the word it is an inflection of. */
  stem(word) {
    const known = this.index.entry("stems", word);
    if (known || this.index.entry("terms", word)) return known ?? word;
    for (const [ending, instead] of INFLECTIONS) {
      const base = word.slice(0, -ending.length) + instead;
      if (word.endsWith(ending) && base.length > 2) {
        const stem = this.index.entry("stems", base) ?? base;
        if (this.index.frequency("stem", stem)) return stem;
      }
    }
    return word;
  }

  /** A run of Han characters cut into words along the most probable path, each with the words inside it. */
  cut(run) {
    const size = run.length;
    const wordsAt = Array.from(run, (_, i) => {
      const ends = [];
      for (let end = i + 1; end <= Math.min(size, i + this.longest); end++) {
        const weight = this.han.get(run.slice(i, end));
        if (weight !== undefined) ends.push([end, weight]);
      }
      return ends;
    });
    const unknown = Math.min(-17, ...this.han.values());
    const best = Array(size + 1).fill([0, size]);
    for (let i = size - 1; i >= 0; i--) {
      const choices = wordsAt[i].length ? wordsAt[i] : [[i + 1, unknown]];
      best[i] = choices
        .map(([end, weight]) => [weight + best[end][0], end])
        .reduce((a, b) => (b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a));
    }
    const words = [];
    for (let start = 0; start < size; start = best[start][1]) {
      const end = best[start][1];
      const inner = [2, 3].flatMap((length) =>
        end - start > length
          ? Array.from({ length: end - start - length + 1 }, (_, k) => run.slice(start + k, start + k + length)).filter((w) => this.han.has(w))
          : [],
      );
      words.push({ start, end, terms: [...new Set([run.slice(start, end), ...inner])] });
    }
    return words;
  }

  /** The words of a text: {text, start, end, han, terms, stems}. Loads what they are looked up in. */
  async words(text) {
    const narrowed = this.narrow(text);
    const tokens = this.tokens(narrowed);
    await this.index.load(tokens.filter((t) => !t.cjk).map((t) => t.text));
    const words = [];
    for (const { text: token, at, cjk } of tokens) {
      if (cjk) {
        for (const piece of token.matchAll(SCRIPTS)) {
          const from = at + piece.index;
          const cuts = piece[1] ? this.cut(piece[0]) : [{ start: 0, end: piece[0].length, terms: [piece[0]] }];
          for (const { start, end, terms } of cuts) words.push({ text: terms[0], start: from + start, end: from + end, han: true, terms, stems: [] });
        }
      } else {
        for (const [word, terms, atoms] of this.forms(token)) words.push({ text: word, start: at, end: at + token.length, han: false, terms, atoms, stems: [] });
      }
    }
    const latin = words.filter((word) => !word.han);
    const bases = latin.flatMap((w) => w.terms.flatMap((term) => INFLECTIONS.map(([ending, instead]) => (term.endsWith(ending) ? term.slice(0, -ending.length) + instead : term))));
    await this.index.load([...words.flatMap((w) => w.terms), ...bases]);
    await this.index.load(latin.flatMap((w) => [...w.terms, ...bases].map((term) => this.index.entry("stems", term) ?? term)));
    for (const word of latin) word.stems = [...new Set(word.terms.map((term) => this.stem(term)))];
    await this.index.load([...latin.flatMap((w) => w.stems), ...words.filter((w) => w.han).flatMap((w) => [...w.text])]);
    return words.slice(0, MAX_WORDS);
  }

  /** Terms of field gram, with their distances from the first, that together are the text as it stands. */
  phraseTerms(text) {
    const terms = [];
    let place = 0;
    for (const { text: token, cjk } of this.tokens(this.narrow(text))) {
      if (cjk) {
        const size = token.length;
        if (size === 1) terms.push([token, place]);
        else {
          for (let i = 0; i < size - 2; i += 2) terms.push([token.slice(i, i + 2), place + i]);
          terms.push([token.slice(-2), place + size - 2]);
        }
        place += size;
      } else {
        for (const atom of this.forms(token).flatMap((word) => word[2])) terms.push([atom, place++]);
      }
    }
    return terms;
  }
}

/** Words that stand side by side in one run of Han characters. */
export function hanRuns(words) {
  const runs = [];
  words.forEach((word, i) => {
    if (!word.han) return;
    if (i && words[i - 1].han && words[i - 1].end === word.start) runs.at(-1).push(word);
    else runs.push([word]);
  });
  return runs;
}
