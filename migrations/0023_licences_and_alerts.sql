-- Alerts of a budget are armed again when it is raised.
set local role radiant_owner;

grant delete on budget_alerts to radiant_engine;

reset role;
