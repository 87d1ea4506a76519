import type { ConditionalAccessPolicy } from '../config.ts';
import type { Application, User } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { SignInError } from './errors.ts';

/** What the organization's rules decide about one sign-in. */
export interface Proof {
  mfa: boolean;
  signedInAt: number;
  /** The authentication contexts that the application asks for. */
  contexts: readonly string[];
}

export type Demand = 'nothing' | 'second-factor' | 'sign-in-again';

/** No browser is a managed device here: such a rule always refuses. */
const REFUSALS = {
  block: 53003,
  compliantDevice: 53000,
  domainJoinedDevice: 53001,
  approvedApplication: 53002,
} as const;

const HOUR_MS = 60 * 60_000;

/** What the person must still do; throws where no doing helps. */
export function demandOf(world: World, user: User, app: Application, proof: Proof): Demand {
  const policies = world.directory
    .policiesFor(user, app)
    .filter(({ authenticationContext: context }) => context === undefined || proof.contexts.includes(context));
  for (const { grant } of policies) {
    if (grant !== undefined && grant !== 'mfa') throw new SignInError(REFUSALS[grant]);
  }
  if (policies.some((policy) => isTooLongAgo(world, policy, proof.signedInAt))) return 'sign-in-again';
  const needsMfa = world.directory.requiresMfa(user) || policies.some(({ grant }) => grant === 'mfa');
  return needsMfa && !proof.mfa ? 'second-factor' : 'nothing';
}

/** The same at the token endpoint, where nobody can do anything: it is all refusals. */
export function assertDemandsMet(world: World, user: User, app: Application, proof: Proof): void {
  const demand = demandOf(world, user, app, proof);
  if (demand === 'sign-in-again') throw new SignInError(70043);
  if (demand === 'second-factor') throw new SignInError(world.directory.hasRegisteredMfa(user) ? 50076 : 50079);
}

function isTooLongAgo(world: World, { signInFrequencyHours }: ConditionalAccessPolicy, signedInAt: number): boolean {
  if (signInFrequencyHours === undefined) return false;
  return world.clock.now().getTime() >= signedInAt + signInFrequencyHours * HOUR_MS;
}
