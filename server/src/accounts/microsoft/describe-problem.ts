import type { ConnectionProblem } from '@megdocs/contract';
import type { MicrosoftApp } from '@megdocs/microsoft365';
import { adminConsentUrl } from './admin-consent-url.ts';
import { fillAdminWords } from './admin-words-by-number.ts';
import { type ProblemCode, type ProblemWords, wordsByCode } from './problem-words.ts';
import { codeTooOld, wordsOfNumber } from './problem-words-by-number.ts';

/** What is known of a failure; numbers and names, never secrets. */
export interface ProblemFacts {
  code: ProblemCode;
  aadsts?: number | undefined;
  oauthError?: string | undefined;
  traceId?: string | undefined;
  correlationId?: string | undefined;
  /** The account's tenant, where an administrator here admits accounts by it. */
  tid?: string | undefined;
  /** By a redirect anybody can claim anything: the trail keeps it apart from what Microsoft said to the server. */
  place?: 'redirect' | 'token' | undefined;
}

interface ProblemContext {
  reference: string;
  at: Date;
  publicUrl: URL;
  app: MicrosoftApp | undefined;
  /** Added to what the person can do. */
  more?: string | undefined;
}

/** The one translator from a failure to words for the person, and for their administrator. */
export function describeProblem(facts: ProblemFacts, context: ProblemContext): ConnectionProblem {
  // A number that is not known falls back to the class that the OAuth error's name gave.
  const words = wordsOf(facts);
  const { title, whoseTurn, tryAgain } = words;
  const administratorMust =
    words.administratorMust === null ? null : fillAdminWords(words.administratorMust, context.app ?? {});
  const youCan = [context.more, words.youCan].filter((part) => part).join(' ') || null;
  return {
    code: facts.aadsts === undefined ? facts.code : `AADSTS${facts.aadsts}`,
    title,
    whoseTurn,
    youCan,
    administratorMust,
    noteForAdministrator:
      administratorMust === null ? null : noteFor(title, administratorMust, facts, context, words.approval ?? false),
    tryAgain,
    reference: context.reference,
    at: context.at.toISOString(),
  };
}

const UNUSED_IN_TIME = 70008;

function wordsOf({ code, aadsts, place }: ProblemFacts): ProblemWords {
  // Microsoft has one number for a refresh token and for a code that were not used in time.
  if (aadsts === UNUSED_IN_TIME && place === 'token') return codeTooOld;
  return wordsOfNumber.get(aadsts ?? 0) ?? wordsByCode[code];
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(wordsByCode, code);
}

/** Complete in itself: it is read by somebody who has not seen the page. */
function noteFor(
  title: string,
  administratorMust: string,
  facts: ProblemFacts,
  { app, reference, at, publicUrl }: ProblemContext,
  approval: boolean,
): string {
  const lines = [
    `A person could not connect their Microsoft account to MEGDocs (${publicUrl.origin}), where documents are edited in Word for the web.`,
    `What they were told: ${title}.`,
    `What has to be done: ${administratorMust}`,
  ];
  if (app && approval) lines.push(`Approve: ${adminConsentUrl(app).href}`);
  if (app)
    lines.push(
      `MEGDocs asks for the delegated permissions User.Read and ${app.filesScope}, and acts only for people who connected their account.`,
    );
  lines.push('');
  const said = [facts.aadsts === undefined ? undefined : `AADSTS${facts.aadsts}`, facts.oauthError ?? facts.code];
  lines.push(
    `${facts.aadsts || facts.oauthError ? "Microsoft's code" : 'Code'}: ${said.filter((part) => part).join(', ')}`,
  );
  lines.push(`Time: ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`);
  lines.push(`Our reference: ${reference}`);
  if (facts.correlationId) lines.push(`Correlation id: ${facts.correlationId}`);
  if (facts.tid) lines.push(`Tenant of the account: ${facts.tid}`);
  if (facts.traceId) lines.push(`Trace id: ${facts.traceId}`);
  if (app) lines.push(`Application (client) id: ${app.clientId}`);
  return lines.join('\n');
}
