import { strFromU8, unzipSync, zipSync } from 'fflate';

/** One content of a file, and the session of an editor that wrote it. */
interface ModelVersion {
  content: Uint8Array;
  session?: string;
}

export interface ModelNode {
  id: string;
  parentId: string;
  name: string;
  /** Newest first; absent for a folder. */
  versions?: ModelVersion[];
  isDeleted: boolean;
  /** The editing session of somebody who has it open. */
  openedAs?: string;
  /** As the last answer told it; unknown once something may happen to the file by itself. */
  eTag?: string;
}

/** What a drive should hold below one folder; as simple as it can be. */
export class Model {
  readonly nodes = new Map<string, ModelNode>();
  readonly rootId: string;

  constructor(rootId: string) {
    this.rootId = rootId;
  }

  add(node: Omit<ModelNode, 'isDeleted'>): void {
    this.nodes.set(node.id, { ...node, isDeleted: false });
  }

  isVisible(node: ModelNode): boolean {
    if (node.isDeleted) return false;
    const parent = this.nodes.get(node.parentId);
    return node.parentId === this.rootId || (parent !== undefined && this.isVisible(parent));
  }

  visible(): ModelNode[] {
    return [...this.nodes.values()].filter((node) => this.isVisible(node));
  }

  files(): ModelNode[] {
    return this.visible().filter(({ versions }) => versions !== undefined);
  }

  folderIds(): string[] {
    return [this.rootId, ...this.visible().flatMap(({ id, versions }) => (versions === undefined ? [id] : []))];
  }

  childrenOf(parentId: string): ModelNode[] {
    return this.visible().filter((one) => one.parentId === parentId);
  }

  childNamed(parentId: string, name: string): ModelNode | undefined {
    return this.childrenOf(parentId).find((one) => one.name.toLowerCase() === name.toLowerCase());
  }

  isWithin(id: string, folderId: string): boolean {
    if (id === folderId) return true;
    const node = this.nodes.get(id);
    return node !== undefined && this.isWithin(node.parentId, folderId);
  }

  /** Somebody has it open, or something below it. */
  isHeld({ id }: ModelNode): boolean {
    return this.visible().some((node) => node.openedAs !== undefined && this.isWithin(node.id, id));
  }

  rows(): string[] {
    return this.visible()
      .map(({ id, parentId, name, versions }) => `${parentId}/${name} ${id} ${versions === undefined}`)
      .sort();
  }
}

let contents = 0;

/** No two alike, though many of one size. */
export function aText(size: number): Uint8Array {
  contents += 1;
  return Buffer.from(`${String(contents).padStart(9, '0')}${'x'.repeat(size % 3)}`);
}

const DOCUMENT = 'word/document.xml';

/** Just enough of a Word file for SharePoint's rewriting. */
export function aWordFile(): Uint8Array {
  contents += 1;
  return zipSync({
    '[Content_Types].xml': Buffer.from('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    '_rels/.rels': Buffer.from(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>',
    ),
    [DOCUMENT]: Buffer.from(`<w:document>${contents}</w:document>`),
  });
}

const isPackage = (content: Uint8Array) => content[0] === 0x50 && content[1] === 0x4b;

/** What must stay the same whatever SharePoint writes into a package beside it. */
export function substanceOf(content: Uint8Array): string {
  if (!isPackage(content)) return strFromU8(content);
  const parts = unzipSync(content, { filter: ({ name }) => name === DOCUMENT });
  return strFromU8(parts[DOCUMENT] ?? new Uint8Array());
}
