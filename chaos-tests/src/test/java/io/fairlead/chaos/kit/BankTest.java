package io.fairlead.chaos.kit;

/** The example of docs/test-kit.md. */
class BankTest {
    @RaftSimulation(seeds = 20)
    void money_is_neither_made_nor_lost(Simulated<Bank, Boolean> bank) {
        bank.machine(Bank::new)
                .command(random ->
                        Bank.transfer(random.below(Bank.ACCOUNTS), random.below(Bank.ACCOUNTS), random.between(1, 60)))
                .always("money is neither made nor lost", one -> one.total() == 500)
                .always(
                        "no account is overdrawn",
                        one -> one.accounts().stream().allMatch(balance -> balance >= 0))
                .sameState(Bank::accounts);
    }
}
