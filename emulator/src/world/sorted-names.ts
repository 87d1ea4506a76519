/** Name keys of one folder in order: a page of them is found by halving, not by sorting the folder anew. */
export class SortedNames {
  readonly #keys: string[] = [];

  get length(): number {
    return this.#keys.length;
  }

  add(key: string): void {
    const at = this.#placeOf(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.#placeOf(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** Keys behind that one, in the wanted direction. */
  *after(key: string | undefined, descending: boolean): Generator<string> {
    const step = descending ? -1 : 1;
    for (let at = this.#start(key, descending); at >= 0 && at < this.#keys.length; at += step) {
      const found = this.#keys[at];
      if (found !== undefined) yield found;
    }
  }

  #start(key: string | undefined, descending: boolean): number {
    if (key === undefined) return descending ? this.#keys.length - 1 : 0;
    const at = this.#placeOf(key);
    if (descending) return at - 1;
    return this.#keys[at] === key ? at + 1 : at;
  }

  #placeOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
