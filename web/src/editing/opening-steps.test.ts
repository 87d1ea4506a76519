import { describe, expect, it } from 'vitest';
import { leadsToWord, openingSteps } from './opening-steps.ts';
import { rememberedTitle, rememberTitle } from './remembered-title.ts';

const document = { version: '0.2', size: 412_000, app: 'Word' } as const;
const states = (opening: Partial<Parameters<typeof openingSteps>[0]>) =>
  openingSteps({ document, started: false, ready: false, ...opening }).map((step) => step.state);

describe('E1: the opening tab', () => {
  it('shows one running step at a time', () => {
    expect(states({})).toEqual(['running', 'to-do', 'to-do']);
    expect(states({ started: true })).toEqual(['done', 'running', 'to-do']);
    expect(states({ started: true, ready: true })).toEqual(['done', 'done', 'running']);
  });

  it('is sent to a web address or nowhere', () => {
    expect(leadsToWord('https://stmarys.sharepoint.example/doc')).toBe('https://stmarys.sharepoint.example/doc');
    expect(leadsToWord('javascript:alert(1)')).toBeNull();
    expect(leadsToWord(null)).toBeNull();
  });

  it('knows at once the title of the document that was clicked, and no other', () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(rememberedTitle(store, 'd1')).toBeNull();
    rememberTitle(store, { id: 'd1', number: 'SOP-1', title: 'Hand hygiene' });
    expect(rememberedTitle(store, 'd1')).toBe('SOP-1 Hand hygiene');
    expect(rememberedTitle(store, 'd2')).toBeNull();
  });
});
