import { Checkbox, Field } from '@fluentui/react-components';
import { type Role, roles } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { roleWord } from '../ui/role-words.ts';
import styles from './admin.module.css';
import { teamsQuery } from './queries.ts';

const roleHints: Record<Role, string> = {
  'document-controller': 'sees every draft and every open edit session, and decides where one is stuck',
  'institution-admin': 'invites people, sets folders and rules',
};

interface RoleChoiceProps {
  value: Role[];
  onChange: (roles: Role[]) => void;
}
export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  return (
    <fieldset>
      <legend className={styles.legend}>Roles beside reader</legend>
      {roles.map((role) => (
        <Checkbox
          key={role}
          checked={value.includes(role)}
          onChange={(_, data) => onChange(data.checked === true ? [...value, role] : value.filter((r) => r !== role))}
          label={
            <>
              {roleWord(role)}
              <span className={styles.hint}>{roleHints[role]}</span>
            </>
          }
        />
      ))}
    </fieldset>
  );
}

interface TeamChoiceProps {
  value: string[];
  onChange: (teamIds: string[]) => void;
}
export function TeamChoice({ value, onChange }: TeamChoiceProps) {
  const teams = useQuery(teamsQuery).data?.teams.filter((team) => !team.everyone) ?? [];
  if (teams.length === 0)
    return (
      <Field label="Teams">
        <p className={styles.quiet}>There are none yet; make them below the list of people.</p>
      </Field>
    );
  return (
    <fieldset>
      <legend className={styles.legend}>Teams</legend>
      <div className={styles.choices}>
        {teams.map((team) => (
          <Checkbox
            key={team.id}
            checked={value.includes(team.id)}
            onChange={(_, data) =>
              onChange(data.checked === true ? [...value, team.id] : value.filter((id) => id !== team.id))
            }
            label={team.name}
          />
        ))}
      </div>
    </fieldset>
  );
}
