import { describe, expect, it } from 'vitest';
import {
  addressOfView,
  chipsOfView,
  registerInWords,
  sortedBy,
  viewFromAddress,
  withoutFilter,
} from './register-view.ts';

const at = (search: string) => viewFromAddress(new URLSearchParams(search));

describe('the register', () => {
  it('D1: keeps the whole view in the address', () => {
    const address = 'folder=f1&q=hand&state=draft&mine=true&overdue=true&sort=owner&order=desc';
    expect(addressOfView(at(address)).toString()).toBe(address);
    expect(addressOfView(at('')).toString()).toBe('');
  });

  it('does not stumble over an address that somebody changed by hand', () => {
    expect(at('state=%3Cscript%3E&sort=1;drop&order=x&mine=perhaps')).toEqual({ sort: 'title', order: 'asc' });
  });

  it('shows every filter as a chip that can be taken away', () => {
    const view = at('q=hand&state=in-review');
    expect(chipsOfView(view)).toEqual([
      { key: 'q', label: 'Words', value: 'hand' },
      { key: 'state', label: 'Status', value: 'in review' },
    ]);
    expect(chipsOfView(withoutFilter(view, 'q')).map((chip) => chip.key)).toEqual(['state']);
  });

  it('turns the order round by the same column', () => {
    expect(sortedBy(at(''), 'title').order).toBe('desc');
    expect(sortedBy(at('order=desc'), 'number')).toMatchObject({ sort: 'number', order: 'asc' });
  });

  it('says count and order in words', () => {
    expect(registerInWords(61, at('')).replaceAll('\u00a0', ' ')).toBe('61 documents, by title');
    expect(registerInWords(1, at('sort=changedAt&order=desc')).replaceAll('\u00a0', ' ')).toBe(
      '1 document, newest change first',
    );
  });
});
