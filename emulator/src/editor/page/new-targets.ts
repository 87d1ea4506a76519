import type { Node } from 'prosemirror-model';
import type { Save, SavedBlock } from './api.ts';

const PICTURE = /^data:([\w/+.-]+);base64,(.*)$/s;
const PAGE_NAME = /\sr:(?:embed|id)="(rId_[\w-]+)"/g;

/** Pictures and addresses of links that text in this page refers to and the server does not have yet. */
export class NewTargets {
  readonly #known = new Set<string>();
  readonly #links = new Map<string, string>();
  /** The addresses that the package's own relationships stand for. */
  readonly #addresses = new Map<string, string>();

  /** Takes in what a version from the server refers to. */
  learn(doc: Node): void {
    doc.descendants((node) => {
      for (const { attrs } of node.marks) {
        const { rId, href } = attrs;
        if (typeof rId === 'string' && typeof href === 'string' && !this.#addresses.has(rId))
          this.#addresses.set(rId, href);
      }
      return true;
    });
  }

  /** The relationship to an address: the one that the link has, unless it was given another address since. */
  nameLink(address: string, current: string | undefined): string {
    if (current && (this.#addresses.get(current) ?? address) === address) return current;
    const known = this.#links.get(address) ?? `rId_link_${crypto.randomUUID()}`;
    this.#links.set(address, known);
    return known;
  }

  /** What has to go along with these blocks. */
  collect(blocks: SavedBlock[], doc: Node): Pick<Save, 'pictures' | 'links'> {
    const used = new Set(
      blocks.flatMap(({ xml }) => [...(xml ?? '').matchAll(PAGE_NAME)].map(([, name]) => name ?? '')),
    );
    const missing = [...used].filter((name) => !this.#known.has(name));
    const links = [...this.#links]
      .filter(([, name]) => missing.includes(name))
      .map(([address, name]) => [name, address]);
    const pictures: Save['pictures'] = {};
    if (missing.length > links.length) {
      doc.descendants((node) => {
        const { rId, src } = node.attrs;
        const [, type, base64] = (typeof src === 'string' && missing.includes(rId) && PICTURE.exec(src)) || [];
        if (type && base64) pictures[rId] = { type, base64 };
        return true;
      });
    }
    return { pictures, links: Object.fromEntries(links) };
  }

  noteSaved({ pictures, links }: Pick<Save, 'pictures' | 'links'>): void {
    for (const name of [...Object.keys(pictures), ...Object.keys(links)]) this.#known.add(name);
  }
}
