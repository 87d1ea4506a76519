import { notifications, routes } from '@megdocs/contract';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './api.ts';

const EVERY_MS = 30_000;

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => getJson(routes.myNotifications, notifications, signal),
  refetchInterval: EVERY_MS,
});
