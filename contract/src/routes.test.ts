import { describe, expect, it } from 'vitest';
import { fill, routes } from './routes.ts';

describe('fill', () => {
  it('puts parameters into a route, encoded', () => {
    expect(fill(routes.documentVersionContent, { id: 'a/b', version: '0.2' })).toBe(
      '/api/documents/a%2Fb/versions/0.2/content',
    );
  });
});
