import { Button, Select } from '@fluentui/react-components';
import { type FolderRight, type FolderRule, folderRight } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import styles from './folders.module.css';
import { peopleQuery, teamsQuery } from './queries.ts';
import { rightWords } from './words.ts';

interface AddRuleProps {
  taken: readonly FolderRule[];
  onAdd: (rule: FolderRule) => void;
}

/** Whom a new rule is for, and what it grants. A subject has one rule of its own in a folder. */
export function AddRule({ taken, onAdd }: AddRuleProps) {
  const subjects = useSubjects(taken);
  const [id, setId] = useState('');
  const [right, setRight] = useState<FolderRight>('view');
  const chosen = subjects.find((subject) => subject.id === id);
  const add = () => {
    if (!chosen) return;
    onAdd({ subject: chosen, right });
    setId('');
  };
  const options = (kind: 'team' | 'person') =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map((subject) => (
        <option key={subject.id} value={subject.id}>
          {subject.name}
        </option>
      ));
  return (
    <div className={styles.addRule}>
      <Select aria-label="Team or person" value={id} onChange={(_, data) => setId(data.value)}>
        <option value="">Team or person</option>
        <optgroup label="Teams">{options('team')}</optgroup>
        <optgroup label="People">{options('person')}</optgroup>
      </Select>
      <Select
        aria-label="What they may do"
        value={right}
        onChange={(_, data) => setRight(folderRight.parse(data.value))}
      >
        {folderRight.options.map((one) => (
          <option key={one} value={one}>
            {rightWords[one]}
          </option>
        ))}
      </Select>
      <Button disabledFocusable={!chosen} onClick={add}>
        Add the rule
      </Button>
    </div>
  );
}

function useSubjects(taken: readonly FolderRule[]): FolderRule['subject'][] {
  const people = useQuery(peopleQuery).data?.people ?? [];
  const teams = useQuery(teamsQuery).data?.teams ?? [];
  const isTaken = new Set(taken.map((rule) => rule.subject.id));
  return [
    ...teams.map(({ id, name }) => ({ kind: 'team' as const, id, name })),
    ...people
      .filter((person) => person.state !== 'deactivated')
      .map(({ id, name }) => ({ kind: 'person' as const, id, name })),
  ].filter((subject) => !isTaken.has(subject.id));
}
