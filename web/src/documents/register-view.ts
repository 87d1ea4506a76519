import { type DocumentState, documentSort, documentState } from '@megdocs/contract';
import type { z } from 'zod';
import { countInWords, stateWords } from './words.ts';

export type RegisterSort = z.infer<typeof documentSort>;

/** What the register shows: all of it is in the address bar, so that a view can be sent to a colleague. */
export interface RegisterView {
  folder?: string;
  q?: string;
  state?: DocumentState;
  mine?: boolean;
  overdue?: boolean;
  sort: RegisterSort;
  order: 'asc' | 'desc';
}

export function viewFromAddress(search: URLSearchParams): RegisterView {
  const state = documentState.safeParse(search.get('state'));
  const sort = documentSort.safeParse(search.get('sort'));
  return {
    ...(search.get('folder') ? { folder: search.get('folder') ?? '' } : {}),
    ...(search.get('q') ? { q: search.get('q') ?? '' } : {}),
    ...(state.success ? { state: state.data } : {}),
    ...(search.get('mine') === 'true' ? { mine: true } : {}),
    ...(search.get('overdue') === 'true' ? { overdue: true } : {}),
    sort: sort.success ? sort.data : 'title',
    order: search.get('order') === 'desc' ? 'desc' : 'asc',
  };
}

/** Only what differs from the ordinary view, in one order: the same view always has the same address. */
export function addressOfView(view: RegisterView): URLSearchParams {
  const search = new URLSearchParams();
  if (view.folder) search.set('folder', view.folder);
  if (view.q) search.set('q', view.q);
  if (view.state) search.set('state', view.state);
  if (view.mine) search.set('mine', 'true');
  if (view.overdue) search.set('overdue', 'true');
  if (view.sort !== 'title') search.set('sort', view.sort);
  if (view.order !== 'asc') search.set('order', view.order);
  return search;
}

export interface Chip {
  key: 'q' | 'state' | 'mine' | 'overdue';
  label: string;
  value: string;
}

export function chipsOfView(view: RegisterView): Chip[] {
  const chips: Chip[] = [];
  if (view.q) chips.push({ key: 'q', label: 'Words', value: view.q });
  if (view.state) chips.push({ key: 'state', label: 'Status', value: stateWords[view.state].toLowerCase() });
  if (view.mine) chips.push({ key: 'mine', label: 'Owner', value: 'me' });
  if (view.overdue) chips.push({ key: 'overdue', label: 'Next review', value: 'overdue' });
  return chips;
}

export function withoutFilter(view: RegisterView, key: Chip['key']): RegisterView {
  const { [key]: _removed, ...rest } = view;
  return rest;
}

/** The same column again turns the order round. */
export function sortedBy(view: RegisterView, sort: RegisterSort): RegisterView {
  const order = view.sort === sort && view.order === 'asc' ? 'desc' : 'asc';
  return { ...view, sort, order };
}

const sortWords: Record<RegisterSort, [ascending: string, descending: string]> = {
  number: ['by number', 'by number, last first'],
  title: ['by title', 'by title, Z first'],
  state: ['by status', 'by status, furthest first'],
  owner: ['by owner', 'by owner, Z first'],
  nextReview: ['by next review', 'by next review, latest first'],
  changedAt: ['longest unchanged first', 'newest change first'],
};

/** "14 documents, by title": count and order in words. */
export function registerInWords(total: number, view: RegisterView): string {
  return `${countInWords(total, 'document')}, ${sortWords[view.sort][view.order === 'asc' ? 0 : 1]}`;
}
