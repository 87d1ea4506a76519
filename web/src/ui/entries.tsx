import {
  DocumentText20Filled,
  DocumentText20Regular,
  Pulse20Filled,
  Pulse20Regular,
  Settings20Filled,
  Settings20Regular,
  TaskListSquareLtr20Filled,
  TaskListSquareLtr20Regular,
} from '@fluentui/react-icons';
import { type Me, pages } from '@megdocs/contract';
import type { ReactElement } from 'react';
import { isAdmin, isController } from './me.ts';

export interface Entry {
  label: string;
  to: string;
  /** Addresses that count as within. */
  within: string;
  icon: ReactElement;
  iconHere: ReactElement;
}

const documents: Entry = {
  label: 'Documents',
  to: pages.documents,
  within: '/documents/',
  icon: <DocumentText20Regular />,
  iconHere: <DocumentText20Filled />,
};
const myWork: Entry = {
  label: 'My work',
  to: pages.myWork,
  within: '/my-work/',
  icon: <TaskListSquareLtr20Regular />,
  iconHere: <TaskListSquareLtr20Filled />,
};
const editingNow: Entry = {
  label: 'Editing now',
  to: pages.editingNow,
  within: '/editing-now/',
  icon: <Pulse20Regular />,
  iconHere: <Pulse20Filled />,
};
const administration: Entry = {
  label: 'Administration',
  to: pages.administrationPeople,
  within: '/administration/',
  icon: <Settings20Regular />,
  iconHere: <Settings20Filled />,
};

/** The main entries that this person has. */
export function entriesFor(person: Me): Entry[] {
  return [
    documents,
    myWork,
    ...(isController(person) ? [editingNow] : []),
    ...(isAdmin(person) ? [administration] : []),
  ];
}

export const isWithin = (entry: Entry, pathname: string): boolean => `${pathname}/`.startsWith(entry.within);
