import { microsoftIntegration, routes } from '@megdocs/contract';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './api.ts';

const EVERY_MS = 30_000;

/** How the person's Microsoft account stands. */
export const integrationQuery = queryOptions({
  queryKey: ['integration'],
  queryFn: ({ signal }) => getJson(routes.integration, microsoftIntegration, signal),
  refetchInterval: EVERY_MS,
});
