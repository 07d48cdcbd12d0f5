// The files that search_index.py wrote, read when they are needed.

/** FNV-1a over UTF-16 code units, as `shard_of` in search_index.py. */
function shardOf(key, shards) {
  let value = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return value % shards;
}

export class Index {
  /** @param {(name: string) => Promise<any>} read gives the contents of one of the index's files */
  static async open(read) {
    return new Index(read, await read("head.json"));
  }

  constructor(read, head) {
    this.read = read;
    this.head = head;
    this.count = head.sections.length;
    this.shards = new Map();
    this.texts = new Map();
  }

  async load(keys) {
    const wanted = new Set([...keys].map((key) => shardOf(key, this.head.shards)));
    await Promise.all([...wanted].map((n) => this.once(this.shards, n, `terms-${n}.json`)));
  }

  /** The plain texts of a page's sections, by the section's number. */
  async text(page) {
    return this.once(this.texts, page, `text-${page}.json`);
  }

  async once(cache, key, name) {
    if (!cache.has(key)) {
      const pending = this.read(name);
      pending.catch(() => cache.delete(key)); // so that it is tried again
      cache.set(key, pending);
      cache.set(key, await pending);
    }
    return cache.get(key);
  }

  entry(kind, key) {
    const shard = this.shards.get(shardOf(key, this.head.shards));
    return shard && Object.hasOwn(shard[kind], key) ? shard[kind][key] : undefined;
  }

  /** A term's postings in a field: numbers of sections, frequencies, and places where the field has them. */
  postings(field, term) {
    const row = this.entry("terms", term)?.[field[0]] ?? [];
    const found = { docs: [], freqs: [], places: [] };
    let doc = 0;
    for (let i = 0; i < row.length; ) {
      doc += row[i++];
      const freq = row[i++];
      found.docs.push(doc);
      found.freqs.push(freq);
      if (field === "gram") {
        const places = [];
        let place = 0;
        for (let k = 0; k < freq; k++) places.push((place += row[i++]));
        found.places.push(places);
      }
    }
    return found;
  }

  frequency(field, term) {
    return this.postings(field, term).docs.length;
  }

  /** How much a term tells that so many sections have: Lucene's idf. */
  idf(frequency) {
    return Math.log(1 + (this.count - Math.min(frequency, this.count) + 0.5) / (frequency + 0.5));
  }
}
