import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { performances } from './performances.ts';
import { type Scene, startScene } from './scene.ts';
import { type DocumentedShape, documentedFaults, documentedShapes, pathsOf } from './shapes.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});

afterEach(() => scene.end());

describe('an answer has every key path and type that Microsoft’s page shows', () => {
  const patience = { timeout: 20_000 };
  test.each(documentedShapes.filter((shape) => !isExcused(shape)))('$request $status', patience, async (shape) => {
    const perform = performances[`${shape.request} ${shape.status}`];
    if (perform === undefined) throw new Error('performances.ts does not say how to get this answer.');
    const replies = [await perform(scene)].flat();
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => expect.toBeOneOf(expectedStatus(shape))));
    expect(
      lacking(
        shape,
        replies.map(({ body }) => body),
      ),
    ).toEqual([]);
  });
});

/** A copy that is done may be told with 200, 202 or 303, says Microsoft; pages of one list are one answer. */
function expectedStatus({ request, status }: DocumentedShape): number[] {
  if (request.includes('monitorUrl')) return [200, 202, 303];
  return request.endsWith('/createLink') ? [200, 201] : [status];
}

function isExcused({ request, status }: DocumentedShape): boolean {
  return documentedFaults.some((fault) => fault.request === request && fault.status === status && !fault.path);
}

function lacking({ request, status, paths }: DocumentedShape, bodies: unknown[]): string[] {
  const found = new Map<string, Set<string>>();
  for (const body of bodies)
    for (const [path, types] of pathsOf(body)) found.set(path, new Set([...(found.get(path) ?? []), ...types]));
  const excused = new Set(
    documentedFaults.filter((one) => one.request === request && one.status === status).map((one) => one.path),
  );
  return Object.entries(paths).flatMap(([path, documented]) => {
    if (excused.has(path) || isUnder(found, path) || isEmptyList(found, path)) return [];
    const types = found.get(path);
    if (types === undefined) return [`${path} is missing`];
    const other = [...types].filter((type) => type !== 'null' && !documented.split('|').includes(type));
    return other.map((type) => `${path} is ${type}, not ${documented}`);
  });
}

/** A list of plain values may be empty in this world; a list of things may not. */
function isEmptyList(found: Map<string, Set<string>>, path: string): boolean {
  return path.endsWith('[]') && found.has(path.slice(0, -2)) && !found.has(path);
}

/** Nothing hangs under a null. */
function isUnder(found: Map<string, Set<string>>, path: string): boolean {
  return [...found].some(
    ([above, types]) =>
      types.has('null') && types.size === 1 && (path.startsWith(`${above}.`) || path.startsWith(`${above}[]`)),
  );
}
