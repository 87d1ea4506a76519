import { type Me, me, routes } from '@megdocs/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { getJson } from './api.ts';

const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => getJson(routes.me, me, signal),
  staleTime: 60_000,
});

export const useMeQuery = () => useQuery(meQuery);

export const MeContext = createContext<Me | undefined>(undefined);

/** The person who is signed in; for what stands inside the frame. */
export function useMe(): Me {
  const person = useContext(MeContext);
  if (!person) throw new Error('useMe is for pages inside the frame');
  return person;
}

export const isController = (person: Me): boolean => person.roles.includes('document-controller');
export const isAdmin = (person: Me): boolean => person.roles.includes('institution-admin');
