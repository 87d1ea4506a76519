import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { SignIn } from './context.ts';
import { registerDeviceCode } from './device-code.ts';
import { registerDiscovery } from './discovery.ts';
import { registerPages } from './pages-routes.ts';
import { registerToken } from './token.ts';

export type { SignIn } from './context.ts';
export { Flows } from './flows.ts';

/** More than any form of the protocol needs, a signed assertion included. */
const FORM_LIMIT_BYTES = 64 * 1024;

/** The Microsoft identity platform, v2.0. */
export async function registerSignIn(app: FastifyInstance, signIn: SignIn): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(formbody, {
      bodyLimit: FORM_LIMIT_BYTES,
      parser: (text) => new URLSearchParams(text) as never,
    });
    // A body that is no form is read and not looked at: the missing parameters are what is refused.
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES }, (_request, _body, done) =>
      done(null, undefined),
    );
    registerDiscovery(scope, signIn);
    registerPages(scope, signIn);
    registerToken(scope, signIn);
    registerDeviceCode(scope, signIn);
  });
}
