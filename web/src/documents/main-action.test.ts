import type { Blocker } from '@megdocs/contract';
import { describe, expect, it } from 'vitest';
import { headActions } from './main-action.ts';

const author = {
  app: 'Word',
  beingEdited: null,
  editBlockers: [],
  transitions: [{ transition: 'send-to-review', blockedBecause: null }],
  rights: { edit: true, review: false, approve: false, manage: false },
  nextPublishedVersion: '1.0',
} as const satisfies Parameters<typeof headActions>[0];

const blocker = (code: Blocker['code'], action: Blocker['action'] = 'none'): Blocker => ({
  code,
  action,
  fact: code,
  whoLifts: 'somebody',
});

const edited = {
  sessionId: 's',
  by: [],
  since: '',
  app: 'Word',
  lastSavedAt: null,
  lastSavedBy: null,
  state: 'active',
} as const;

describe('the main action', () => {
  it('E1: is editing for an author of a draft, by the name of the app', () => {
    expect(headActions({ ...author }, false).primary).toEqual({ kind: 'edit', label: 'Edit in Word' });
    expect(headActions({ ...author, app: 'Excel' }, false).primary?.label).toBe('Edit in Excel');
  });

  it('gives way to a late save that waits to be looked at', () => {
    const actions = headActions({ ...author }, true);
    expect(actions.primary).toBeNull();
    expect(actions.others.map((action) => action.label)).toEqual(['Send to review', 'Edit in Word']);
  });

  it('leaves the head to the band while it is being edited', () => {
    const actions = headActions({ ...author, beingEdited: { ...edited, by: [] } }, false);
    expect(actions).toEqual({ primary: null, others: [], blockedEdit: null });
  });

  it('E1: keeps a blocked button with every blocker', () => {
    const actions = headActions(
      {
        ...author,
        beingEdited: { ...edited, by: [] },
        editBlockers: [blocker('not-connected', 'connect'), blocker('being-edited')],
      },
      false,
    );
    expect(actions.primary).toBeNull();
    expect(actions.blockedEdit?.label).toBe('Edit in Word');
    expect(actions.blockedEdit?.blockers).toHaveLength(2);
    expect(actions.blockedEdit?.openAtOnce).toBe(true);
  });

  it('is publishing for an approver, whose list of blockers stays folded', () => {
    const actions = headActions(
      {
        ...author,
        rights: { ...author.rights, edit: false, approve: true },
        transitions: [
          { transition: 'publish', blockedBecause: null },
          { transition: 'send-back', blockedBecause: null },
        ],
        editBlockers: [blocker('wrong-state', 'send-back')],
      },
      false,
    );
    expect(actions.primary?.label).toBe('Publish 1.0');
    expect(actions.others.map((action) => action.label)).toEqual(['Send back to draft']);
    expect(actions.blockedEdit?.openAtOnce).toBe(false);
  });

  it('D3: shows why a version can not be published yet', () => {
    const actions = headActions(
      {
        ...author,
        transitions: [{ transition: 'publish', blockedBecause: '3 changes are still tracked' }],
        editBlockers: [blocker('wrong-state')],
      },
      false,
    );
    expect(actions.primary).toBeNull();
    expect(actions.others[0]).toMatchObject({ label: 'Publish 1.0', blockedBecause: '3 changes are still tracked' });
  });
});
