import { type Check, cannotTell, failure, found, notTested, ok } from '../finding.ts';

/** What sign-ins tolerate; the header itself is whole seconds, and an answer takes a moment. */
const TOLERATED_SECONDS = 60;

export const clock: Check = {
  id: 'clock',
  title: 'Clock',
  needs: ['network'],
  explainedBy: [],
  async run({ app, endpoints, clock: ours }) {
    if (!app) return notTested('Not looked at: no app registration can be read from the environment.');
    const { login } = await endpoints();
    if (!login.reached || !login.theirTime) return cannotTell('Microsoft did not say what time it has.');
    const seconds = Math.round((ours.now().getTime() - login.theirTime.getTime()) / 1000);
    if (Math.abs(seconds) <= TOLERATED_SECONDS) return ok('Within a minute of Microsoft’s.');
    const off =
      Math.abs(seconds) < 120 ? `${Math.abs(seconds)} seconds` : `${Math.round(Math.abs(seconds) / 60)} minutes`;
    return found([
      failure(
        'clock_off',
        `The clock of this machine is ${off} ${seconds > 0 ? 'ahead' : 'behind'}.`,
        'Microsoft’s tokens look as if they came from the future or had ended, and a certificate’s signature is refused: nobody can connect.',
        'Set the clock and let it be kept by NTP (timedatectl set-ntp true).',
      ),
    ]);
  },
};
