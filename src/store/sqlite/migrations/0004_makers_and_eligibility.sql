ALTER TABLE `account_links` ADD `made_by` text;--> statement-breakpoint
ALTER TABLE `passkeys` ADD `backup_eligible` integer;