package policy

// Role is what a person's position is. Only some roles may ask by area (Q-GEO-2).
type Role string

// The roles.
const (
	RoleInvestigator   Role = "criminal-investigator"
	RoleTaskForce      Role = "task-force-officer"
	RoleAnalyst        Role = "criminal-analyst"
	RoleAssistant      Role = "investigative-assistant"
	RoleAdministrative Role = "administrative-officer"
	RoleSupervisor     Role = "supervisor"
	RoleAuditor        Role = "auditor"
	RoleManager        Role = "account-manager"
	RoleTrainer        Role = "trainer"
)

// Mission is what a unit does.
type Mission string

// The missions.
const (
	MissionCriminal       Mission = "criminal"
	MissionAdministrative Mission = "administrative"
)

// Roles lists all roles.
func Roles() []Role {
	return []Role{
		RoleInvestigator, RoleTaskForce, RoleAnalyst, RoleAssistant, RoleAdministrative,
		RoleSupervisor, RoleAuditor, RoleManager, RoleTrainer,
	}
}

// Missions lists all missions.
func Missions() []Mission { return []Mission{MissionCriminal, MissionAdministrative} }

// areaRoles are the roles that Q-GEO-2 names. A policy document may take the right away
// from one of them but give it to no other.
var areaRoles = []Role{RoleInvestigator, RoleTaskForce, RoleAnalyst, RoleAssistant}
