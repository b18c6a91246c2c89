package cli

import "github.com/spf13/cobra"

// feedCmd holds the verbs of whoever runs a feed.
func (sh *shell) feedCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "feed", Short: "Run a central feed", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		sh.feedServeCmd(), sh.feedEnrollCodeCmd(), sh.feedGrantCmd(), sh.feedRevokeCmd(), sh.feedTokenCmd(),
		sh.feedReportsCmd(), sh.feedAnswerCmd(), sh.feedAlarmsCmd(),
	)
	return cmd
}
