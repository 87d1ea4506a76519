import type { CheckResult } from '@megdocs/contract';
import type { Accounts } from '../accounts/index.ts';
import type { Config, ConfigProblem } from '../config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Http } from '../platform/http.ts';
import type { Random } from '../platform/random.ts';
import { selfTestRoutes } from './routes.ts';
import { runChecks } from './run-checks.ts';
import { openScene, type Subject } from './scene.ts';
import { findSubject } from './store.ts';

export { presentReport, presentResult, presentToDo, type Report } from './present-report.ts';

export interface DiagnosisDeps {
  config: Config;
  problems: ConfigProblem[];
  clock: Clock;
  random: Random;
  /** Or in one sentence why there is none. */
  database: Database | string;
  accounts: Accounts | undefined;
  serverRuns: boolean;
  /** Why a server could not be set up, in one sentence. */
  startRefused?: string | undefined;
}

/** Finds what is wrong with this deployment, and says what to do. */
export interface Diagnosis {
  routes(app: Http): void;
  /** Every check's result in the order of the causes. `email` names whose connection and drive are looked at. */
  doctor(args: { user?: string | undefined }): AsyncGenerator<CheckResult>;
  /** The same, all at once. */
  report(args: { user?: string | undefined }): Promise<CheckResult[]>;
}

export function diagnosis(deps: DiagnosisDeps): Diagnosis {
  const made: Diagnosis = {
    routes: (app) => selfTestRoutes(app, deps),
    async *doctor({ user }) {
      const { database } = deps;
      const subject = user === undefined ? undefined : await subjectOf(database, user);
      yield* runChecks(openScene(deps, { subject, institutionId: undefined }));
    },
    async report(args) {
      const results: CheckResult[] = [];
      for await (const result of made.doctor(args)) results.push(result);
      return results;
    },
  };
  return made;
}

/** Undefined where the database can't be asked: that is found by its own check. */
async function subjectOf(database: Database | string, user: string): Promise<Subject | undefined> {
  if (typeof database === 'string') return undefined;
  const found = await findSubject(database.db, user).catch(() => 'unanswered' as const);
  if (found === 'unanswered') return undefined;
  if (!found) throw new UnknownPerson(user);
  return found;
}

class UnknownPerson extends Error {
  constructor(user: string) {
    super(`Nobody here has the address ${user}. Name somebody by the address they sign in to MEGDocs with.`);
    this.name = 'UnknownPerson';
  }
}
