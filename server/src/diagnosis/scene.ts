import {
  type EndpointsProbe,
  type MicrosoftApp,
  probeEndpoints,
  probeRedirectUri,
  type RedirectUriProbe,
} from '@megdocs/microsoft365';
import { type Accounts, endpointsOf, microsoftAppOf } from '../accounts/index.ts';
import type { Config, ConfigProblem } from '../config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Random } from '../platform/random.ts';

/** Whose connection and drive are looked at. */
export interface Subject {
  personId: string;
  institutionId: string;
  name: string;
  email: string;
}

/** What the checks look at. As much of it as there is: a broken configuration has no app, a lost database no accounts. */
export interface Scene {
  config: Config;
  problems: ConfigProblem[];
  clock: Clock;
  random: Random;
  /** Or in one sentence why there is none. */
  database: Database | string;
  /** Undefined where they can't be had, for want of a database or keys. */
  accounts: Accounts | undefined;
  /** The registration that is talked to; undefined where none is configured, or none that can be used. */
  app: MicrosoftApp | undefined;
  /** Whether a server runs whose jobs could be seen. */
  serverRuns: boolean;
  /** Why a server could not be set up with all this; undefined: it could. */
  startRefused?: string | undefined;
  /** Undefined: nobody was named. */
  subject: Subject | undefined;
  /** What is told of people: those of one institution, or of all. */
  institutionId: string | undefined;
  /** Asked once for all checks that look at it. */
  endpoints(): Promise<EndpointsProbe>;
  authorizePage(): Promise<RedirectUriProbe>;
}

export type SceneParts = Pick<
  Scene,
  'config' | 'problems' | 'clock' | 'random' | 'database' | 'accounts' | 'serverRuns' | 'startRefused'
>;

/** Everything that the checks look at; Microsoft is asked when the first of them wants to know. */
export function openScene(parts: SceneParts, about: Pick<Scene, 'subject' | 'institutionId'>): Scene {
  const { microsoft } = parts.config;
  const app = microsoftAppOf(microsoft, endpointsOf(microsoft), parts.clock);
  return {
    ...parts,
    ...about,
    app,
    endpoints: once(() => probeEndpoints(given(app))),
    authorizePage: once(() => probeRedirectUri(given(app))),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

function given(app: MicrosoftApp | undefined): MicrosoftApp {
  if (!app) throw new TypeError('Microsoft is asked only where an app registration is configured');
  return app;
}
