import { Button, Input } from '@fluentui/react-components';
import { Filter16Regular, Search16Regular } from '@fluentui/react-icons';
import { documentState } from '@megdocs/contract';
import { type FormEvent, lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { type Action, ActionMenu } from '../ui/action-menu.tsx';
import { useWidth } from '../ui/layout.ts';
import styles from './register.module.css';
import { chipsOfView, type RegisterView, withoutFilter } from './register-view.ts';
import { stateWords } from './words.ts';

// Only where something is filtered.
const FilterChips = lazy(async () => ({ default: (await import('./filter-chips.tsx')).FilterChips }));

interface Props {
  view: RegisterView;
  onChange: (view: RegisterView) => void;
  count: string;
  /** After the filters, on a phone. */
  children?: ReactNode;
}

/** Find, filters as chips that can be taken away, and what is shown in words. */
export function RegisterFilters({ view, onChange, count, children }: Props) {
  const phone = useWidth() === 'phone';
  const chips = chipsOfView(view);
  return (
    <div className={styles.filters}>
      <Find view={view} onChange={onChange} />
      {phone || chips.length === 0 ? null : (
        <Suspense fallback={null}>
          <FilterChips view={view} onChange={onChange} />
        </Suspense>
      )}
      <AddFilter
        view={view}
        onChange={onChange}
        label={phone ? phoneLabel(chips.length) : 'Add filter'}
        plain={!phone}
      />
      {children}
      {chips.length > 0 ? (
        <Button
          size={phone ? 'large' : 'small'}
          appearance="subtle"
          onClick={() => onChange(chips.reduce((before, chip) => withoutFilter(before, chip.key), view))}
        >
          Clear all
        </Button>
      ) : null}
      <span className={styles.count}>{count}</span>
    </div>
  );
}

function phoneLabel(on: number): string {
  return on === 0 ? 'Filter' : `Filter, ${on} on`;
}

function Find({ view, onChange }: Omit<Props, 'count' | 'children'>) {
  const [words, setWords] = useState(view.q ?? '');
  useEffect(() => setWords(view.q ?? ''), [view.q]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { q: _before, ...rest } = view;
    const q = words.trim();
    onChange(q ? { ...rest, q } : rest);
  };
  return (
    <form className={styles.find} onSubmit={submit}>
      <Input
        className={styles.findInput}
        size={useWidth() === 'phone' ? 'large' : 'small'}
        contentBefore={<Search16Regular aria-hidden />}
        aria-label={view.folder ? 'Find in this folder' : 'Find in documents'}
        placeholder={view.folder ? 'Find in this folder' : 'Find in documents'}
        value={words}
        onChange={(_, data) => setWords(data.value)}
      />
    </form>
  );
}

function AddFilter({
  view,
  onChange,
  label,
  plain,
}: Omit<Props, 'count' | 'children'> & { label: string; plain: boolean }) {
  const removals: Action[] = chipsOfView(view).map((chip) => ({
    label: `Remove ${chip.label.toLowerCase()}: ${chip.value}`,
    onChoose: () => onChange(withoutFilter(view, chip.key)),
  }));
  const states: Action[] = documentState.options.map((state) => ({
    label: `Status: ${stateWords[state].toLowerCase()}`,
    onChoose: () => onChange({ ...view, state }),
  }));
  const button = (
    <Button size={plain ? 'small' : 'large'} appearance={plain ? 'subtle' : 'secondary'} icon={<Filter16Regular />}>
      {label}
    </Button>
  );
  return (
    <ActionMenu
      button={button}
      actions={[
        ...(plain ? [] : removals),
        ...states,
        { label: 'Owner: me', onChoose: () => onChange({ ...view, mine: true }) },
        { label: 'Next review: overdue', onChoose: () => onChange({ ...view, overdue: true }) },
      ]}
    />
  );
}
