import { readFileSync } from 'node:fs';

/** What Microsoft's pages show of one answer: key paths (`value[].id`) and JSON types (`string|object` where both are seen). */
export interface DocumentedShape {
  /** Method and address; `{}` stands for any value. */
  request: string;
  status: number;
  page: string;
  paths: Record<string, string>;
}

/** Where Microsoft's own example is not what Microsoft does, or is not played here, and why. */
export interface DocumentedFault {
  request: string;
  status: number;
  /** Without it, the whole example is meant. */
  path?: string;
  reason: string;
}

export const documentedShapes: DocumentedShape[] = read('documented-shapes.json');
export const documentedFaults: DocumentedFault[] = read('documented-faults.json');

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
}

/** Every key path of a JSON value with the types seen there. */
export function pathsOf(value: unknown): Map<string, Set<string>> {
  const paths = new Map<string, Set<string>>();
  const walk = (here: unknown, path: string) => {
    const isOneOfMany = path.endsWith('[]') && typeof here === 'object';
    if (path !== '' && !isOneOfMany) (paths.get(path) ?? paths.set(path, new Set()).get(path))?.add(typeOf(here));
    if (Array.isArray(here)) for (const one of here) walk(one, `${path}[]`);
    else if (typeof here === 'object' && here !== null)
      for (const [key, one] of Object.entries(here)) walk(one, path === '' ? key : `${path}.${key}`);
  };
  walk(value, '');
  return paths;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** An address of an example as the list writes it: no host, no version, no `$`, `{}` for what varies. */
export function templateOf(method: string, url: string): string {
  const path = url
    .replace(/^https:\/\/(graph\.microsoft\.com\/(v1\.0|beta)|login\.microsoftonline\.com)/, '')
    .replace(/^https:\/\/sn3302\.up\.1drv\.com\/up\/.*/, '{uploadUrl}')
    .replace(/^https:\/\/[\w-]+\.files\.1drv\.com\/.*/, '{downloadUrl}')
    .replace(/^https:\/\/api\.onedrive\.com\/monitor\/.*/, '{monitorUrl}')
    .replace(/^https:\/\/.*validationToken=.*/, '{notificationUrl}')
    .replace(/^\/drive(?=\/)/, '/me/drive')
    .replace(/\?.*/, (query) => query.replaceAll('$', ''))
    .replace(/\(q='[^']*'\)/, "(q='{text}')")
    .replace(/token='[^']*'/, "token='{token}'")
    .replace(
      /\{(?!uploadUrl|downloadUrl|monitorUrl|text|token\}|notificationUrl|lifecycleNotificationUrl)[^}]*\}/g,
      '{}',
    )
    .replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}/g, '/{}')
    .replace(/root:\/[^:{]+:/, 'root:/{}:');
  return `${method} ${path}`;
}
