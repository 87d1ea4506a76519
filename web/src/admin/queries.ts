import { fill, folderRules, folders, microsoftAdministration, people, routes, teams } from '@megdocs/contract';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../ui/api.ts';

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => getJson(routes.people, people, signal),
});

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: ({ signal }) => getJson(routes.teams, teams, signal),
});

export const foldersQuery = queryOptions({
  queryKey: ['folders'],
  queryFn: ({ signal }) => getJson(routes.folders, folders, signal),
});

export const folderRulesQuery = (id: string) =>
  queryOptions({
    queryKey: ['folders', id, 'rules'],
    queryFn: ({ signal }) => getJson(fill(routes.folderRules, { id }), folderRules, signal),
  });

export const microsoftAdministrationQuery = queryOptions({
  queryKey: ['administration', 'microsoft'],
  queryFn: ({ signal }) => getJson(routes.microsoftAdministration, microsoftAdministration, signal),
});
