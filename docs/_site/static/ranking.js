// Ranks sections for plain words, as kbsearch/query/ranking.py does: the same terms, weights and formula.

import { HAN_FIRST, hanRuns } from "./analysis.js";

const K1 = 1.2;
const B = 0.75;
export const MAX_RUN = 24; // characters of a run of Han that is also looked for as a whole
const PAIR_WORDS = 16; // Latin words above which a query is a text, whose pairs are not sought
const SMALL = 100; // sections: below, nothing is too frequent
const NAME_WEIGHT = 0.8; // of another name of a thing beside a word of the query's own

export class Ranker {
  constructor(index, analyzer) {
    this.index = index;
    this.analyzer = analyzer;
  }

  wordIdf(word) {
    const frequencies = [this.index.frequency("body", word.terms[0])];
    if (word.stems.length) frequencies.push(this.index.frequency("stem", word.stems[0]));
    return this.index.idf(Math.max(...frequencies));
  }

  isKnown(word) {
    return this.index.frequency("body", word.terms[0]) > 0 || word.stems.some((stem) => this.index.frequency("stem", stem) > 0);
  }

  /** Adds a term's BM25 to the scores; calls `found` for each section that has it. */
  score(field, { docs, freqs }, weight, scores, found) {
    const lengths = this.index.head.lengths[field[0]];
    const average = this.index.head.averages[field[0]] || 1;
    docs.forEach((doc, i) => {
      const norm = K1 * (1 - B + (B * lengths[doc]) / average);
      scores[doc] += (weight * (K1 + 1) * freqs[i]) / (freqs[i] + norm);
      found?.(doc);
    });
  }

  /** Where the terms of a phrase stand at their distances: sections and how often. */
  phrase(terms) {
    const rows = terms.map(([term]) => this.index.postings("gram", term));
    const found = { docs: [], freqs: [] };
    rows[0]?.docs.forEach((doc, i) => {
      const others = rows.slice(1).map((row) => new Set(row.places[row.docs.indexOf(doc)] ?? []));
      const freq = rows[0].places[i].filter((p) => others.every((set, k) => set.has(p - terms[0][1] + terms[k + 1][1]))).length;
      if (freq) {
        found.docs.push(doc);
        found.freqs.push(freq);
      }
    });
    return found;
  }

  async scorePhrase(text, boost, scores, found) {
    const terms = this.analyzer.phraseTerms(text);
    if (!terms.length) return;
    const [only] = terms[0];
    if (terms.length === 1 && only.length === 1 && only >= HAN_FIRST) {
      await this.index.load([only]);
      this.score("char", this.index.postings("char", only), boost * this.index.idf(this.index.frequency("char", only)), scores, found);
      return;
    }
    await this.index.load(terms.map(([term]) => term));
    const idf = terms.reduce((sum, [term]) => sum + this.index.idf(this.index.frequency("gram", term)), 0);
    this.score("gram", this.phrase(terms), boost * idf, scores, found);
  }

  /** Sections that have this word, in any form that counts as having it. */
  having(word) {
    const docs = [...this.index.postings("body", word.terms[0]).docs, ...this.index.postings("title", word.terms[0]).docs];
    if (word.stems.length) docs.push(...this.index.postings("stem", word.stems[0]).docs);
    if (word.han && word.text.length === 1) docs.push(...this.index.postings("char", word.text).docs);
    return new Set(docs);
  }

  weight(field, term, title) {
    const w = this.index.head.weights;
    if (field === "body") return term >= HAN_FIRST ? w.han : w.latin;
    if (field === "title" || field === "heading") return w[field] * title;
    return w[field];
  }

  /** Other names of what the query names: the words they are instead of, the name, its own words. */
  async otherNames(text, words) {
    const folded = this.analyzer.fold(text);
    const bounds = new Set(words.flatMap((word) => [word.start, word.end]));
    const used = [];
    for (let at = 0; at < folded.length; at++) {
      if (!bounds.has(at)) continue;
      let [end, others] = [at, null];
      for (const [name, equals] of Object.entries(this.index.head.names)) {
        if (!folded.startsWith(name, at)) continue;
        const size = name.length + (name < HAN_FIRST && folded[at + name.length] === "s" ? 1 : 0); // an English plural
        if (at + size > end && bounds.has(at + size)) [end, others] = [at + size, equals];
      }
      if (!others) continue;
      const insteadOf = words.filter((word) => at <= word.start && word.end <= end);
      for (const name of others) {
        const nameWords = await this.analyzer.words(name);
        if (nameWords.length && nameWords.every((word) => this.isKnown(word))) used.push({ insteadOf, name, words: nameWords });
      }
      at = end - 1;
    }
    return used;
  }

  /** Adds the score of another name as it stands, or, for several Latin words, of their stems together. */
  async scoreName({ name, words }, scores, found) {
    const w = this.index.head.weights;
    if (words[0].han || words.length === 1) {
      await this.scorePhrase(name, NAME_WEIGHT * (words[0].han ? w.gram : w.stem), scores, found);
      return;
    }
    const rows = words.map((word) => this.index.postings("stem", word.stems[0]));
    const inAll = rows[0].docs.filter((doc) => rows.every((row) => row.docs.includes(doc)));
    for (const row of rows) {
      const kept = row.docs.map((doc, i) => [doc, row.freqs[i]]).filter(([doc]) => inAll.includes(doc));
      const postings = { docs: kept.map(([doc]) => doc), freqs: kept.map(([, freq]) => freq) };
      this.score("stem", postings, NAME_WEIGHT * w.stem * this.index.idf(row.docs.length), scores, found);
    }
  }

  /** Ranks plain words as query/ranking.py does: adds to the scores, and gives the sections that are hits. */
  async rank(text, words, scores) {
    const w = this.index.head.weights;
    const hits = new Set();
    let content = words.filter((word) => !this.analyzer.functionWords.has(word.text));
    const sentence = content.length > 0 && content.length < words.length;
    if (!content.length) content = words;
    const isContent = new Set(content);
    const wanted = { hits: new Map(), extras: new Map() };
    const count = (group, field, term, times) => group.set(`${field} ${term}`, (group.get(`${field} ${term}`) ?? 0) + times);

    for (const word of words) {
      const group = isContent.has(word) ? wanted.hits : wanted.extras;
      let times = isContent.has(word) ? 1 : w.function;
      if (!word.han && word.terms.length > 1) times *= w.form;
      for (const term of word.terms) {
        count(group, "title", term, times);
        count(group, "heading", term, times);
        if (word.han || isContent.has(word)) count(group, "body", term, times);
      }
      for (const stem of word.stems) count(group, "stem", stem, times);
    }

    const phrases = new Map();
    for (const run of hanRuns(words)) {
      const text = run.map((word) => word.text).join("");
      const shares = run.flatMap((word) => Array(word.text.length).fill(isContent.has(word) ? 1 : w.function));
      for (let i = 0; i < text.length; i++) {
        const hit = text.length === 1 && shares[i] === 1;
        if (text.length === 1 || shares[i] === 1) count(hit ? wanted.hits : wanted.extras, "char", text[i], shares[i]);
        if (i + 1 < text.length) count(wanted.extras, "gram", text.slice(i, i + 2), (shares[i] + shares[i + 1]) / 2);
      }
      if (text.length >= 2 && text.length <= MAX_RUN && run.some((word) => isContent.has(word))) phrases.set(text, [0, true]);
    }
    if (words.filter((word) => !word.han).length <= PAIR_WORDS) {
      for (let i = 0; i + 1 < words.length; i++) {
        const pair = `${words[i].text} ${words[i + 1].text}`;
        if (!words[i].han && !words[i + 1].han && !phrases.has(pair)) phrases.set(pair, [w.pair, false]);
      }
    }

    const keys = (group) => [...group.keys()].map((key) => key.slice(key.indexOf(" ") + 1));
    await this.index.load([...keys(wanted.hits), ...keys(wanted.extras)]);
    const distinct = new Set(content.map((word) => word.text)).size;
    const title = sentence ? 1 : Math.min(Math.max((5 - distinct) / 2, 0), 1);
    const add = (group, isHit, capped) => {
      let used = false;
      for (const [key, times] of group) {
        const [field, term] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
        const postings = this.index.postings(field, term);
        const frequency = postings.docs.length;
        const limit = this.index.count * (field === "char" ? w.frequent_char : w.frequent);
        if (!frequency || (capped && this.index.count >= SMALL && frequency > limit)) continue;
        used = true;
        const saturated = times > 1 ? (times * (w.saturation + 1)) / (w.saturation + times) : times;
        const boost = this.weight(field, term, title) * saturated * this.index.idf(frequency) ** w.idf_power;
        this.score(field, postings, boost * this.index.idf(frequency), scores, isHit ? (doc) => hits.add(doc) : undefined);
      }
      return used;
    };
    if (!add(wanted.hits, true, true)) add(wanted.hits, true, false);
    add(wanted.extras, false, true);
    for (const [phrase, [boost, isHit]] of phrases) await this.scorePhrase(phrase, boost, scores, isHit ? (doc) => hits.add(doc) : undefined);
    const names = (await this.otherNames(text, words)).filter((use) => use.insteadOf.some((word) => isContent.has(word)));
    for (const use of names) await this.scoreName(use, scores, (doc) => hits.add(doc));
    this.cover(content, names, scores);
    return { hits, names };
  }

  /** The bonus for sections that have every content word that any section has, by its own or another name. */
  cover(content, names, scores) {
    const known = [...new Map(content.map((word) => [word.text, word])).values()].filter((word) => this.isKnown(word));
    if (known.length < 2) return;
    const bonus = this.index.head.weights.cover * (K1 + 1) * known.reduce((sum, word) => sum + this.wordIdf(word), 0);
    const having = known.map((word) => {
      const docs = this.having(word);
      for (const use of names.filter((each) => each.insteadOf.some((other) => other.text === word.text))) {
        const [first, ...others] = use.words.map((other) => this.having(other));
        for (const doc of first) if (others.every((set) => set.has(doc))) docs.add(doc);
      }
      return docs;
    });
    for (const doc of having[0]) if (having.every((set) => set.has(doc))) scores[doc] += bonus;
  }
}
