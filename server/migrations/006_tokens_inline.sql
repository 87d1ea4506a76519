-- Sealed tokens of two kilobytes lie in the row itself: every request that calls Graph reads one, and the detour over
-- the side table costs more than the rest of that read. Longer ones still go there.
alter table oauth2_integration alter column sealed_access_token set storage main;
alter table oauth2_integration alter column sealed_refresh_token set storage main;
alter table oauth2_integration set (toast_tuple_target = 8160);
