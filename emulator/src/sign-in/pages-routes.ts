import type { FastifyInstance } from 'fastify';
import { AADSTS } from './aadsts/index.ts';
import { formOf, queryOf, type SignIn, sendPage } from './context.ts';
import { goOn } from './go-on.ts';
import { errorLookupPage, nativeClientPage } from './pages/index.ts';
import { signOut } from './sign-out.ts';
import {
  askForDeviceCode,
  enterDeviceCode,
  startAdminConsent,
  startAuthorize,
  startBrowserSignIn,
} from './start-flows.ts';
import { beginVisit } from './visit.ts';

type TenantRoute = { Params: { tenant: string } };

/** Everything that a person's browser opens. */
export function registerPages(app: FastifyInstance, signIn: SignIn): void {
  app.get<TenantRoute>('/:tenant/oauth2/v2.0/authorize', (request, reply) =>
    startAuthorize(beginVisit(signIn, request, reply), request.params.tenant, queryOf(request)),
  );
  app.post<TenantRoute>('/:tenant/oauth2/v2.0/authorize', (request, reply) =>
    startAuthorize(beginVisit(signIn, request, reply), request.params.tenant, formOf(request)),
  );
  app.get<TenantRoute>('/:tenant/v2.0/adminconsent', (request, reply) =>
    startAdminConsent(beginVisit(signIn, request, reply), request.params.tenant, queryOf(request)),
  );
  app.get<TenantRoute>('/:tenant/adminconsent', (request, reply) =>
    startAdminConsent(beginVisit(signIn, request, reply), request.params.tenant, queryOf(request)),
  );
  app.get('/_signin', (request, reply) => startBrowserSignIn(beginVisit(signIn, request, reply), queryOf(request)));
  app.get<TenantRoute>('/:tenant/login', (request, reply) =>
    goOn(beginVisit(signIn, request, reply), queryOf(request)),
  );
  app.post<TenantRoute>('/:tenant/login', (request, reply) =>
    goOn(beginVisit(signIn, request, reply), formOf(request)),
  );
  registerDevicePages(app, signIn);
  registerLeavingPages(app, signIn);
}

function registerDevicePages(app: FastifyInstance, signIn: SignIn): void {
  app.get('/devicelogin', (request, reply) => askForDeviceCode(beginVisit(signIn, request, reply), queryOf(request)));
  app.get('/common/oauth2/deviceauth', (request, reply) =>
    askForDeviceCode(beginVisit(signIn, request, reply), queryOf(request)),
  );
  app.post('/common/oauth2/deviceauth', (request, reply) =>
    enterDeviceCode(beginVisit(signIn, request, reply), formOf(request)),
  );
}

function registerLeavingPages(app: FastifyInstance, signIn: SignIn): void {
  app.get<TenantRoute>('/:tenant/oauth2/v2.0/logout', (request, reply) =>
    signOut(beginVisit(signIn, request, reply), queryOf(request)),
  );
  app.post<TenantRoute>('/:tenant/oauth2/v2.0/logout', (request, reply) =>
    signOut(beginVisit(signIn, request, reply), formOf(request)),
  );
  app.get('/:tenant/oauth2/nativeclient', (_request, reply) => sendPage(reply, nativeClientPage()));
  app.get('/error', (request, reply) => {
    const code = queryOf(request).get('code') ?? '';
    return sendPage(reply, errorLookupPage(code, AADSTS[Number(code)]?.text));
  });
}
