import type { Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { GraphError, notImplemented } from './errors.ts';
import { listPermissions } from './permission-operations.ts';
import { type Json, presentItem } from './present.ts';
import { selectNamed } from './select.ts';

/** How many children an expanded folder shows. */
const CHILDREN_LIMIT = 200;

/** Adds what `$expand` names: `children`, with options in brackets, or `permissions`. */
export function expandItem(call: GraphCall, item: Item): Json {
  const text = call.query.get('expand');
  if (text === undefined) return {};
  return Object.assign({}, ...splitOutside(text, ',').map((part) => expandOne(call, item, part.trim())));
}

function expandOne(call: GraphCall, item: Item, part: string): Json {
  const [, name = '', options = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(part) ?? [];
  if (name.toLowerCase() === 'children') return { children: listChildren(call, item, readOptions(options)) };
  if (name.toLowerCase() === 'permissions' && options === '') return { permissions: listPermissions(call, item) };
  if (name !== '') throw notImplemented(`$expand=${part.slice(0, 60)}`);
  throw new GraphError('BadRequest', 'Parsing OData Select and Expand failed: the expression is malformed.');
}

function listChildren(call: GraphCall, folder: Item, options: Map<string, string>): Json[] {
  const limit = Math.min(Number(options.get('top') ?? CHILDREN_LIMIT) || CHILDREN_LIMIT, CHILDREN_LIMIT);
  const rows: Json[] = [];
  for (const child of call.world.files.childrenAfter(folder, undefined, false)) {
    if (rows.length === limit) break;
    rows.push(selectNamed(options.get('select'), presentItem(call, child)));
  }
  return rows;
}

/** `$select=id,name;$top=5`, with and without `$`. */
function readOptions(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const option of text.split(';').filter((one) => one.trim() !== '')) {
    const [name = '', value = ''] = option.split('=');
    const key = name.trim().replace(/^\$/, '').toLowerCase();
    if (key !== 'select' && key !== 'top') throw notImplemented(`'${name.trim().slice(0, 60)}' within $expand`);
    options.set(key, value.trim());
  }
  return options;
}

/** Where the separator stands outside of brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}
