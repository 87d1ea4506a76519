import { Input, Select } from '@fluentui/react-components';
import { type SessionFilter, SHOWN, shownWords } from './session-filter.ts';
import styles from './session-orders.module.css';

interface Props {
  filter: SessionFilter;
  onChange: (change: Partial<Record<'show' | 'q', string>>) => void;
}

export function SessionFilters({ filter, onChange }: Props) {
  return (
    <search className={styles.filters}>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the select of Fluent is the control within */}
      <label className={styles.show}>
        Show
        <Select value={filter.shown} onChange={(_, data) => onChange({ show: data.value })}>
          {SHOWN.map((shown) => (
            <option key={shown} value={shown}>
              {shownWords[shown]}
            </option>
          ))}
        </Select>
      </label>
      <Input
        type="search"
        aria-label="Filter by document or person"
        placeholder="Document or person"
        value={filter.words}
        onChange={(_, data) => onChange({ q: data.value })}
      />
    </search>
  );
}
