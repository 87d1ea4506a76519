import { connectionProblem } from '@megdocs/contract';
import { type MicrosoftApp, microsoftEndpoints } from '@megdocs/microsoft365';
import { describe, expect, it } from 'vitest';
import { describeProblem } from './describe-problem.ts';
import { type ProblemCode, wordsByCode } from './problem-words.ts';

const app: MicrosoftApp = {
  clientId: '3e5ad2b4-7c16-4d0f-9a38-61b7f2c94d55',
  credential: { kind: 'secret', secret: 'never in a note' },
  tenant: 'organizations',
  redirectUri: 'https://docs.example/auth/oauth2/microsoft/callback/',
  filesScope: 'Files.ReadWrite.All',
  endpoints: microsoftEndpoints('global'),
  now: () => new Date(),
};
const context = {
  reference: 'REFERENCE7',
  at: new Date('2026-11-25T10:54:12Z'),
  publicUrl: new URL('https://docs.example'),
  app,
};

describe('C4: words for every way in which connecting can fail', () => {
  it.each(Object.keys(wordsByCode) as ProblemCode[])('%s says what happened and who can mend it', (code) => {
    const problem = connectionProblem.parse(describeProblem({ code }, context));
    expect(problem.title.length).toBeGreaterThan(10);
    expect(problem.youCan).toBeTruthy();
    expect(problem.whoseTurn === 'your-administrator').toBe(
      problem.administratorMust !== null && code !== 'microsoft_unreachable',
    );
    expect(problem.noteForAdministrator === null).toBe(problem.administratorMust === null);
  });

  it('C13: a missing approval gives a note that IT can act on by itself', () => {
    const facts = {
      code: 'admin_approval_needed',
      aadsts: 90094,
      oauthError: 'access_denied',
      correlationId: 'c-1',
    } as const;
    const problem = describeProblem(facts, context);
    expect(problem.code).toBe('AADSTS90094');
    const note = problem.noteForAdministrator ?? '';
    expect(note).toContain('https://login.microsoftonline.com/organizations/v2.0/adminconsent?client_id=3e5ad2b4');
    for (const part of [
      'User.Read',
      'Files.ReadWrite.All',
      'AADSTS90094',
      'REFERENCE7',
      'c-1',
      '2026-11-25 10:54:12 UTC',
    ])
      expect(note).toContain(part);
    expect(note).not.toContain('never in a note');
  });

  it('a number tells more than its class', () => {
    expect(describeProblem({ code: 'client_credential_refused', aadsts: 7000222 }, context).title).toMatch(/expired/);
    expect(describeProblem({ code: 'interaction_required', aadsts: 50076 }, context).title).toMatch(/multi-factor/);
  });

  it('an unknown number falls back to the class that the OAuth name gave', () => {
    const problem = describeProblem({ code: 'grant_refused', aadsts: 999999, oauthError: 'invalid_grant' }, context);
    expect(problem.title).toBe(wordsByCode.grant_refused.title);
    expect(problem.code).toBe('AADSTS999999');
  });
});
