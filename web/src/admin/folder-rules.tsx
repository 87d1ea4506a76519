import { Button, Select, Switch } from '@fluentui/react-components';
import { Dismiss16Regular } from '@fluentui/react-icons';
import {
  type Folder,
  type FolderRule,
  fill,
  folderRight,
  type folderRules as folderRulesSchema,
  routes,
} from '@megdocs/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { AddRule } from './add-rule.tsx';
import styles from './folders.module.css';
import { folderRulesQuery } from './queries.ts';
import { isSameRules, subjectName } from './rule-list.ts';
import { rightWords } from './words.ts';

/** Who may do what here: rules only grant, a sub-folder inherits them unless it goes by its own alone. */
export function FolderRules({ folder }: { folder: Folder }) {
  const query = useQuery(folderRulesQuery(folder.id));
  return (
    <section className={styles.part}>
      <h3>Who may do what</h3>
      <p className={styles.quiet}>Rules only grant, and count at once. Edit, approve and manage each include view.</p>
      {query.isPending && <Busy sentence="Loading the rules" />}
      {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <RuleEditor key={JSON.stringify(query.data.own)} folder={folder} rules={query.data} />}
    </section>
  );
}

interface RuleEditorProps {
  folder: Folder;
  rules: z.infer<typeof folderRulesSchema>;
}
function RuleEditor({ folder, rules }: RuleEditorProps) {
  const [own, setOwn] = useState(rules.own);
  const save = useSave(folder, own);
  const changed = !isSameRules(own, rules.own);
  const change = (rule: FolderRule, right: FolderRule['right']) =>
    setOwn(own.map((one) => (one === rule ? { ...one, right } : one)));
  return (
    <>
      <ul className={styles.rules}>
        {own.map((rule) => (
          <RuleRow
            key={rule.subject.id}
            rule={rule}
            onRight={(right) => change(rule, right)}
            onRemove={() => setOwn(own.filter((one) => one !== rule))}
          />
        ))}
        {own.length === 0 && <li className={styles.quiet}>No rules of its own.</li>}
      </ul>
      <AddRule taken={own} onAdd={(rule) => setOwn([...own, rule])} />
      {save.error && <FailureBox error={save.error} />}
      {changed && (
        <div className={styles.unsaved}>
          <span className={styles.grow}>Not saved yet.</span>
          <Button size="small" onClick={() => setOwn(rules.own)}>
            Take back
          </Button>
          <Button size="small" appearance="primary" disabledFocusable={save.isPending} onClick={() => save.mutate()}>
            Save the rules
          </Button>
        </div>
      )}
      {folder.parentId && <Inheriting folder={folder} inherited={rules.inherited} />}
    </>
  );
}

interface RuleRowProps {
  rule: FolderRule;
  onRight: (right: FolderRule['right']) => void;
  onRemove: () => void;
}
function RuleRow({ rule, onRight, onRemove }: RuleRowProps) {
  const name = subjectName(rule);
  return (
    <li>
      <span className={styles.grow}>
        {name}
        <span className={styles.quiet}>{rule.subject.kind === 'team' ? ', team' : ''}</span>
      </span>
      <Select
        size="small"
        aria-label={`What ${name} may do`}
        value={rule.right}
        onChange={(_, data) => onRight(folderRight.parse(data.value))}
      >
        {folderRight.options.map((right) => (
          <option key={right} value={right}>
            {rightWords[right]}
          </option>
        ))}
      </Select>
      <Button
        appearance="subtle"
        size="small"
        icon={<Dismiss16Regular />}
        aria-label={`Remove the rule for ${name}`}
        onClick={onRemove}
      />
    </li>
  );
}

interface InheritingProps {
  folder: Folder;
  inherited: RuleEditorProps['rules']['inherited'];
}
function Inheriting({ folder, inherited }: InheritingProps) {
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: (ownRulesOnly: boolean) => send('PATCH', fill(routes.folder, { id: folder.id }), { ownRulesOnly }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['folders'] }),
  });
  return (
    <div className={styles.inheriting}>
      <Switch
        label="Own rules only: take over nothing from the folders above"
        checked={folder.ownRulesOnly}
        disabled={toggle.isPending}
        onChange={(_, data) => toggle.mutate(data.checked)}
      />
      {toggle.error && <FailureBox error={toggle.error} />}
      {!folder.ownRulesOnly && inherited.length > 0 && (
        <ul className={styles.rules}>
          {inherited.map((rule) => (
            <li key={`${rule.subject.id} ${rule.right} ${rule.fromFolder}`}>
              <span className={styles.grow}>{subjectName(rule)}</span>
              <span className={styles.quiet}>
                {rightWords[rule.right]}, from {rule.fromFolder}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useSave(folder: Folder, own: FolderRule[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => send('PUT', fill(routes.folderRules, { id: folder.id }), { own }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['folders'] });
      announce(`The rules of ${folder.name} are saved.`);
    },
  });
}
