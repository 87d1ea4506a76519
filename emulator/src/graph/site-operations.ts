import type { Site } from '../world/sites.ts';
import type { GraphCall } from './call.ts';
import { contextOf } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { assertLicensed } from './find.ts';
import { findSite, maySee } from './find-site.ts';
import { DOCS, type GraphOperation } from './operation.ts';
import { type Json, presentDrive } from './present.ts';
import { pickSelected } from './select.ts';

const SITE = '/sites/{site}';
const SITE_SCOPES = ['Sites.Read.All', 'Sites.ReadWrite.All', 'Files.Read.All', 'Files.ReadWrite.All'];

/** SharePoint sites and their document libraries. */
export const SITE_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: SITE,
    access: 'read',
    query: ['select'],
    fidelity: 'full',
    note: '`root`, `{host}`, `{host}:/sites/{name}` or the id of three parts; the host may have any name. Sites come from the config.',
    docs: `${DOCS}/site-get`,
    handle: (call) => {
      const site = getSite(call);
      return { '@odata.context': contextOf(call, 'sites/$entity'), ...pickSelected(call, presentSite(call, site)) };
    },
  },
  {
    method: 'GET',
    template: '/sites',
    access: 'read',
    query: ['search', 'select'],
    fidelity: 'full',
    note: 'With `search` only; `*` finds all.',
    docs: `${DOCS}/site-search`,
    handle: searchSites,
  },
  {
    method: 'GET',
    template: `${SITE}/sites`,
    access: 'read',
    query: ['select'],
    fidelity: 'partly',
    note: "The sites of the config count as subsites of the tenant's root site.",
    docs: `${DOCS}/site-list-subsites`,
    handle: (call) => listSites(call, getSite(call).path === '' ? visible(call).filter(({ path }) => path !== '') : []),
  },
  {
    method: 'GET',
    template: `${SITE}/drives`,
    access: 'read',
    query: ['select'],
    fidelity: 'full',
    docs: `${DOCS}/drive-list`,
    handle: (call): Json => {
      const site = getSite(call);
      const drives = site.libraries.map((library) => call.world.files.libraryOf(site, library));
      return {
        '@odata.context': contextOf(call, 'drives'),
        value: drives.map((drive) => pickSelected(call, presentDrive(call, drive))),
      };
    },
  },
];

function getSite(call: GraphCall): Site {
  assertSiteScope(call);
  return findSite(call, call.path.params.site ?? 'root');
}

function searchSites(call: GraphCall): Json {
  const text = call.query.get('search')?.toLowerCase();
  if (text === undefined) throw notImplemented('listing sites without $search');
  assertSiteScope(call);
  const found = visible(call).filter(
    (site) => text === '*' || site.displayName.toLowerCase().includes(text) || site.path.includes(text),
  );
  return listSites(call, found);
}

function listSites(call: GraphCall, sites: Site[]): Json {
  return {
    '@odata.context': contextOf(call, 'sites'),
    value: sites.map((site) => pickSelected(call, presentSite(call, site))),
  };
}

function visible(call: GraphCall): Site[] {
  return call.world.sites.list(call.caller.tenantId).filter((site) => maySee(call, site));
}

function assertSiteScope(call: GraphCall): void {
  assertLicensed(call);
  if (!call.caller.scopes.some((scope) => SITE_SCOPES.includes(scope))) throw new GraphError('accessDenied');
}

function presentSite(call: GraphCall, site: Site): Json {
  const host = new URL(call.origins.content).hostname;
  const since = '2024-01-01T00:00:00Z';
  return {
    createdDateTime: since,
    description: site.description,
    id: `${host},${site.id}`,
    lastModifiedDateTime: since,
    name: site.path === '' ? '' : (site.path.split('/').at(-1) ?? ''),
    webUrl: `${call.origins.content}${site.path === '' ? '' : `/${site.path}`}`,
    displayName: site.displayName,
    ...(site.path === '' ? { root: {} } : {}),
    siteCollection: { hostname: host },
  };
}
