import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessQuestion, decideAccess, rightsByFolder } from './access.ts';

const question = fc.record({
  sameInstitution: fc.boolean(),
  isController: fc.boolean(),
  isOwner: fc.boolean(),
  namedAs: fc.uniqueArray(fc.constantFrom('contributor', 'reviewer', 'approver')).map((roles) => new Set(roles)),
  // As rules grant them: whatever is granted includes `view`.
  folderRights: fc
    .uniqueArray(fc.constantFrom('view', 'edit', 'approve', 'manage'))
    .map((rights) => new Set(rights.length > 0 ? [...rights, 'view' as const] : [])),
  hasPublishedVersion: fc.boolean(),
}) satisfies fc.Arbitrary<AccessQuestion>;

const stranger: AccessQuestion = {
  sameInstitution: true,
  isController: false,
  isOwner: false,
  namedAs: new Set(),
  folderRights: new Set(),
  hasPublishedVersion: true,
};

describe('D2: what a person is to a document', () => {
  it('nobody of another institution sees anything, whatever else they are', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const access = decideAccess({ ...asked, sameInstitution: false });
        expect(Object.values(access).every((value) => value === false || value === 'nothing')).toBe(true);
      }),
    );
  });

  it('whoever may do anything sees drafts, and whoever sees drafts may do or look after something', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const { sees, edits, reviews, approves, manages } = decideAccess(asked);
        expect(sees === 'drafts').toBe(edits || reviews || approves || manages);
      }),
    );
  });

  it('another right never takes anything away', () => {
    fc.assert(
      fc.property(question, fc.constantFrom('view', 'edit', 'approve', 'manage'), (asked, right) => {
        const before = decideAccess(asked);
        const after = decideAccess({ ...asked, folderRights: new Set([...asked.folderRights, right, 'view']) });
        const levels = ['nothing', 'published', 'drafts'];
        expect(levels.indexOf(after.sees)).toBeGreaterThanOrEqual(levels.indexOf(before.sees));
        for (const key of ['edits', 'reviews', 'approves', 'manages'] as const)
          expect(after[key] || !before[key]).toBe(true);
      }),
    );
  });

  it('view alone shows what is published, and nothing before', () => {
    const reader = { ...stranger, folderRights: new Set(['view'] as const) };
    expect(decideAccess(reader).sees).toBe('published');
    expect(decideAccess({ ...reader, hasPublishedVersion: false }).sees).toBe('nothing');
  });

  it('manage alone neither edits nor approves', () => {
    const access = decideAccess({ ...stranger, folderRights: new Set(['view', 'manage'] as const) });
    expect(access).toMatchObject({ sees: 'drafts', edits: false, reviews: false, approves: false, manages: true });
  });

  it('a document controller sees and manages everything, but neither edits nor approves', () => {
    const access = decideAccess({ ...stranger, isController: true, hasPublishedVersion: false });
    expect(access).toMatchObject({ sees: 'drafts', edits: false, approves: false, manages: true, controls: true });
  });

  it('being named on a document opens it, whatever the folder says', () => {
    expect(decideAccess({ ...stranger, namedAs: new Set(['reviewer']) })).toMatchObject({
      sees: 'drafts',
      reviews: true,
      approves: false,
    });
  });
});

describe('D2: what rules grant in folders', () => {
  const top = { id: 'top', parentId: null, ownRulesOnly: false };
  const below = { id: 'below', parentId: 'top', ownRulesOnly: false };
  const closed = { id: 'closed', parentId: 'top', ownRulesOnly: true };

  it('a sub-folder inherits, and one with its own rules only does not', () => {
    const rights = rightsByFolder([below, closed, top], [{ folderId: 'top', right: 'edit' }]);
    expect([...(rights.get('below') ?? [])].sort()).toEqual(['edit', 'view']);
    expect(rights.get('closed')?.size).toBe(0);
  });

  it('rules of a sub-folder add to those above, and never reach upwards', () => {
    const rights = rightsByFolder(
      [top, below],
      [
        { folderId: 'top', right: 'view' },
        { folderId: 'below', right: 'approve' },
      ],
    );
    expect([...(rights.get('top') ?? [])]).toEqual(['view']);
    expect(rights.get('below')).toEqual(new Set(['view', 'approve']));
  });

  it('in any tree every right comes from a rule on the way up, and includes view', () => {
    const tree = fc.array(fc.record({ parent: fc.nat(), ownRulesOnly: fc.boolean() }), { minLength: 1, maxLength: 30 });
    const rules = fc.array(
      fc.record({ folder: fc.nat(), right: fc.constantFrom('view', 'edit', 'approve', 'manage') }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(tree, rules, (shape, wanted) => {
        // A parent stands before its children, so there is no circle.
        const folders = shape.map(({ parent, ownRulesOnly }, index) => ({
          id: String(index),
          parentId: index === 0 ? null : String(parent % index),
          ownRulesOnly,
        }));
        const granting = wanted.map(({ folder, right }) => ({ folderId: String(folder % folders.length), right }));
        const rights = rightsByFolder(folders, granting);
        for (const folder of folders) {
          const expected = new Set<string>();
          for (let at: typeof folder | undefined = folder; at; at = nextUp(folders, at))
            for (const rule of granting) if (rule.folderId === at.id) expected.add(rule.right).add('view');
          expect(rights.get(folder.id)).toEqual(expected);
        }
      }),
    );
  });

  function nextUp<T extends { id: string; parentId: string | null; ownRulesOnly: boolean }>(all: T[], from: T) {
    return from.ownRulesOnly ? undefined : all.find((folder) => folder.id === from.parentId);
  }
});
