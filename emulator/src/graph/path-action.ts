import { GraphError } from './errors.ts';

/** What stands behind the item: a name, a part with an id, or a call such as `delta(token='…')`. */
export function readAction(rest: string): { template: string; params: Record<string, string> } {
  const text = rest.replace(/^\/microsoft\.graph\./i, '/');
  const part = /^\/(versions|permissions)\/([^/]+)(\/.*)?$/i.exec(text);
  if (part?.[1] !== undefined && part[2] !== undefined) {
    const kind = part[1].toLowerCase();
    const below = canonical((part[3] ?? '').replace(/^\/microsoft\.graph\./i, '/'));
    const name = kind.slice(0, -1);
    return { template: `/${kind}/{${name}}${below}`, params: { [name]: decodeSegment(part[2]) } };
  }
  const call = /^\/(\w+)\((?:(\w+)=)?'((?:[^']|'')*)'\)$/.exec(decodeQuotes(text));
  if (call?.[1] !== undefined) return readFunction(call[1], call[2] ?? 'name', call[3] ?? '');
  return { template: canonical(text.replace(/\(\)$/, '')), params: {} };
}

/** `delta(token='…')` and `search(q='…')`: what stands in quotes is a parameter like any other. */
function readFunction(
  name: string,
  parameter: string,
  value: string,
): { template: string; params: Record<string, string> } {
  const isDelta = name.toLowerCase() === 'delta' && parameter === 'token';
  const isSearch = name.toLowerCase() === 'search' && parameter === 'q';
  const template = isDelta ? '/delta' : `/${isSearch ? 'search' : name}(${parameter}='…')`;
  return { template, params: { [parameter]: decodeSegment(value).replaceAll("''", "'") } };
}

/** Answers the value of `@alias` in the query. */
export type Aliases = (name: string) => string | undefined;

/**
 * `/children('name')`, once or more: the names, and what follows. In place of the name may stand an alias, with or
 * without quotes, whose value is in the query: `/children('@a1')?@a1='name'`.
 */
export function takeChildrenByName(text: string, aliases: Aliases): { names: string[]; rest: string } {
  const names: string[] = [];
  let rest = text;
  for (;;) {
    const found = /^\/children(?:\(|%28)(?:(?:'|%27)((?:(?!'|%27)[^/]|(?:'|%27){2})*)(?:'|%27)|(@\w+))(?:\)|%29)/i.exec(
      rest,
    );
    if (found === null) return { names, rest };
    const given = found[2] ?? decodeQuotes(found[1] ?? '');
    const name = /^@\w+$/.test(given) ? unquote(aliases(given)) : undefined;
    names.push(name ?? decodeSegment(given).replaceAll("''", "'"));
    rest = rest.slice(found[0].length);
  }
}

function unquote(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.replace(/^'/, '').replace(/'$/, '').replaceAll("''", "'");
}

function decodeQuotes(text: string): string {
  return text.replace(/%27/g, "'").replace(/%28/g, '(').replace(/%29/g, ')').replace(/%3d/gi, '=');
}

const ACTIONS = [
  '/checkin',
  '/checkout',
  '/children',
  '/content',
  '/copy',
  '/createLink',
  '/createUploadSession',
  '/delta',
  '/discardCheckout',
  '/invite',
  '/permanentDelete',
  '/permissions',
  '/preview',
  '/restore',
  '/restoreVersion',
  '/versions',
];

/** Names of actions are taken in any case. */
function canonical(action: string): string {
  return ACTIONS.find((one) => one.toLowerCase() === action.toLowerCase()) ?? action;
}

/** A regular expression would look at a row of slashes once for each of them. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}

export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError('BadRequest', 'The URL holds a malformed percent-encoding.');
  }
}
