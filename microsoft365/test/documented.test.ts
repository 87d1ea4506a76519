import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '../src');
const read = (path: string) => readFileSync(join(SOURCES, path), 'utf8');

test('everything that leaves by the door says what it is', () => {
  const exported = [...read('index.ts').matchAll(/export (?:type )?\{([^}]*)\} from '\.\/(.*?)'/g)].flatMap(
    ([, names = '', path = '']) =>
      names
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => ({ name, path })),
  );
  expect(exported.length).toBeGreaterThan(80);
  const silent = exported.filter(({ name, path }) => {
    const declared = `export (?:async )?(?:const|function|interface|class|type) ${name}\\b`;
    const text = read(path);
    return new RegExp(declared).test(text) && !new RegExp(`\\*/\\n${declared}`).test(text);
  });
  expect(silent).toEqual([]);
});
